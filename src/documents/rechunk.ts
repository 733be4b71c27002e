import { type ChunkingOptions, chunkDocument } from '../chunking/index.js';
import { documentFromText } from '../extraction/index.js';
import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import { planChunks, withContext } from './chunk-plan.js';
import { AUTO, languageOf } from './language.js';
import * as queries from './queries.js';
import { lockStoredHashes, type PreparedDocument, writeDocument } from './write.js';

interface UncutDocument extends Row, Omit<PreparedDocument, 'recipeHash' | 'embed'> {
  readonly collectionId: number;
  readonly collectionLanguage: string;
  readonly chunking: Partial<ChunkingOptions>;
}

/** Documents that were written without Aquifer: ingesting their source again does them anew. */
const RECIPE = 'rechunked';
/** Rows say nothing of their language. */
const UNDETERMINED = 'und';

/** What cutting anew stands on. */
export interface RechunkDependencies {
  readonly relational: RelationalProvider;
  readonly chunking: Required<ChunkingOptions>;
  /** Awaited after the document was stored. */
  readonly onChange?: (tenantId: string) => Promise<void>;
}

/**
 * Cuts a document anew whose text another writer changed. Chunks of unchanged text stay, with their vectors; the others
 * are found by their words at once, and by meaning when they are embedded.
 */
export async function rechunk(
  { relational, chunking, onChange }: RechunkDependencies,
  tenantId: string,
  documentId: string,
): Promise<void> {
  const context: TenantContext = { kind: 'tenant', tenantId, flags: ['collections'] };
  await relational.transaction(context, async (tx) => {
    const { rows } = await tx.query<UncutDocument>(queries.LOCK_UNCUT, [documentId]);
    const [uncut] = rows;
    if (!uncut) return;
    const said = uncut.language === UNDETERMINED ? uncut.collectionLanguage : uncut.language;
    const language = await languageOf(uncut.content, said === UNDETERMINED ? AUTO : said);
    const document: PreparedDocument = { ...uncut, language, recipeHash: RECIPE, embed: 'later' };
    // A row may hold nothing but white space: it has no chunks, and nothing to be tried again.
    const isBlank = uncut.content.trim() === '';
    const cut = isBlank
      ? []
      : chunkDocument(documentFromText(uncut.content), { ...chunking, ...uncut.chunking });
    const chunks = withContext(cut, uncut.title || undefined);
    // No vector is written, so that no space is needed.
    const place = { collectionId: uncut.collectionId, spaceId: 0 };
    const plan = planChunks(await lockStoredHashes(tx, place, document), chunks);
    await writeDocument(tx, place, document, plan, new Map());
  });
  await onChange?.(tenantId);
}
