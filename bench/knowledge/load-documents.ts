import { createHash } from 'node:crypto';
import { loadConfig } from '../../src/config/index.js';
import { type ContextualChunk, withContext } from '../../src/documents/chunk-plan.js';
import { openPlace, type PreparedDocument, writeDocument } from '../../src/documents/write.js';
import type { EmbeddingModel } from '../../src/embeddings/index.js';
import { type DataLayer, openRelational } from '../../src/layer/index.js';
import type { Transaction } from '../../src/relational/index.js';
import { runOn } from '../relational/server.js';
import { type Knowledge, type KnownPassage, vectorAt } from './data.js';

export const TENANT = 'known';
const DOCUMENTS_A_TRANSACTION = 50;

/** What a document is called in the collection. */
export function sourceOf({
  tenant,
  document,
}: {
  readonly tenant: string;
  readonly document: string;
}): string {
  return `${tenant}/${document}`;
}

interface SourceDocument {
  readonly source: string;
  readonly passages: readonly KnownPassage[];
  readonly vectors: readonly Float32Array[];
}

/** Stores the passages as the chunks of their documents, with the vectors that they have, then indexes them. */
export async function loadDocuments(
  _layer: DataLayer,
  url: string,
  knowledge: Knowledge,
  model: EmbeddingModel,
): Promise<void> {
  const relational = { provider: 'postgres' as const, url };
  const config = await loadConfig({ overrides: { relational }, env: {}, file: false });
  const provider = await openRelational(config.values);
  try {
    const documents = groupedBySource(knowledge);
    for (let from = 0; from < documents.length; from += DOCUMENTS_A_TRANSACTION) {
      const slice = documents.slice(from, from + DOCUMENTS_A_TRANSACTION);
      await provider.transaction({ kind: 'tenant', tenantId: TENANT }, async (tx) => {
        for (const document of slice) await writeSource(tx, document, model);
      });
    }
  } finally {
    await provider.close();
  }
  await runOn(url, 'vacuum analyze');
}

async function writeSource(tx: Transaction, document: SourceDocument, model: EmbeddingModel): Promise<void> {
  const chunks = chunksOf(document);
  const vectors = new Map(chunks.map(({ hash }, place) => [hash, [document.vectors[place] as Float32Array]]));
  const place = await openPlace(tx, undefined, model, false);
  await writeDocument(tx, place, prepared(document), { kept: [], added: chunks, removed: [] }, vectors);
}

function groupedBySource({ passages, vectors }: Knowledge): SourceDocument[] {
  const groups = new Map<string, { passages: KnownPassage[]; vectors: Float32Array[] }>();
  for (const [index, passage] of passages.entries()) {
    const source = sourceOf(passage);
    const group = groups.get(source) ?? { passages: [], vectors: [] };
    groups.set(source, group);
    group.passages.push(passage);
    group.vectors.push(vectorAt(vectors, index));
  }
  return [...groups].map(([source, group]) => ({ source, ...group }));
}

function chunksOf({ passages }: SourceDocument): ContextualChunk[] {
  let start = 0;
  const chunks = passages.map(({ text, heading }, ordinal) => {
    const chunk = {
      ordinal,
      text,
      start,
      end: start + text.length,
      tokens: Math.ceil(text.length / 4),
      headingPath: heading ? [heading] : [],
      sections: [],
    };
    start = chunk.end + SEPARATOR.length;
    return chunk;
  });
  return withContext(chunks, passages[0]?.title);
}

const SEPARATOR = '\n\n';

function prepared({ source, passages }: SourceDocument): PreparedDocument {
  const content = passages.map(({ text }) => text).join(SEPARATOR);
  const hash = createHash('sha256').update(content).digest('hex');
  const { title = source, status = null, year = null, tenant = '' } = passages[0] ?? {};
  return {
    source,
    title,
    format: 'text',
    language: 'en',
    metadata: { status, year, tenant },
    content,
    sourceHash: hash,
    recipeHash: hash,
    sourceBytes: Buffer.byteLength(content),
    embed: 'now',
  };
}
