import { basename } from 'node:path';
import { type ChunkingOptions, chunkDocument } from '../chunking/index.js';
import type { Embedder } from '../embeddings/index.js';
import { AquiferError } from '../errors/index.js';
import { documentFromText, type ExtractedDocument, type Extractor } from '../extraction/index.js';
import type { RelationalProvider, Row, TenantContext } from '../relational/index.js';
import { type ChunkPlan, type ContextualChunk, planChunks, withContext } from './chunk-plan.js';
import { DEFAULT_COLLECTION } from './default-collection.js';
import { embedChunks, type VectorsByHash } from './embed-chunks.js';
import { hashOf } from './hash.js';
import { type ParsedInput, parseInput } from './input.js';
import { AUTO, languageOf } from './language.js';
import * as queries from './queries.js';
import type { DocumentInput, IngestResult, Metadata } from './types.js';
import { lockStoredHashes, openPlace, type PreparedDocument, writeDocument } from './write.js';

/** What documents stand on. */
export interface DocumentDependencies {
  readonly relational: RelationalProvider;
  readonly extractor: Extractor;
  readonly embedder: Embedder;
  /** Opens another model, that of a collection, by its id; undefined where nothing here serves it. */
  readonly embedderOf?: (modelId: string) => Promise<Embedder | undefined>;
  readonly chunking: Required<ChunkingOptions>;
  /** The collection to write to. @default 'default' */
  readonly collection?: string;
  /** Awaited after documents of a tenant were stored or removed. */
  readonly onChange?: (tenantId: string) => Promise<void>;
  /** Awaited with the original of a document that was purged, when it is that of no other. */
  readonly onUnused?: (context: TenantContext, fileId: string) => Promise<void>;
  /** Told when a document was stored that is to be embedded later. */
  readonly onLater?: () => void;
}

/** Changes whenever extraction or chunking would cut the same bytes differently: stored rows are then redone. */
const PIPELINE_VERSION = 1;
/** The pipeline may hold chunks of the document that is written. */
const RETRIES = 5;

/** The collection that a document is for, and the version of it that is stored there. */
interface Target {
  /** Undefined for the default collection before its first document. */
  readonly collectionId?: number;
  /** Of documents that do not say theirs; `auto` to find it from the text. */
  readonly language: string;
  readonly chunking: Partial<ChunkingOptions>;
  /** Null for that of the layer. */
  readonly model: string | null;
  readonly documentId?: string | null;
  readonly title?: string;
  readonly sourceHash?: string;
  readonly recipeHash?: string;
  readonly chunks?: number;
}

/**
 * Stores one document: extract, chunk, embed what is new, then write everything in one transaction. A
 * source with unchanged bytes and settings costs a hash and one query.
 * @throws AQF_COLLECTION_NOT_FOUND
 */
export async function ingest(
  general: DocumentDependencies,
  context: TenantContext,
  given: DocumentInput,
): Promise<IngestResult> {
  const input = parseInput(given);
  const target = await findTarget(general, context, input.source);
  const deps = { ...general, embedder: await embedderFor(general, target.model) };
  const chunking = { ...deps.chunking, ...target.chunking, ...input.chunking };
  const language = input.language ?? target.language;
  const hashes = { sourceHash: hashOf(input.bytes), recipeHash: recipeOf(deps, input, chunking, language) };
  if (target.sourceHash === hashes.sourceHash && target.recipeHash === hashes.recipeHash) {
    if (input.fileId !== undefined) await linkFile(deps, context, target, input.fileId);
    return unchanged(target, input.source);
  }
  const extracted = await extract(deps, input);
  const document = {
    ...prepare(input, extracted, hashes),
    language: await languageOf(extracted.text, language),
  };
  const chunks = withContext(chunkDocument(extracted, chunking), input.title ?? extracted.title);
  return store(deps, context, target, document, chunks);
}

async function findTarget(
  deps: DocumentDependencies,
  context: TenantContext,
  source: string,
): Promise<Target> {
  const collection = deps.collection ?? DEFAULT_COLLECTION;
  const { rows } = await deps.relational.query<Target & Row>(context, {
    text: queries.FIND_TARGET,
    values: [collection, source],
  });
  if (rows[0]) return rows[0];
  if (collection === DEFAULT_COLLECTION) return { language: AUTO, chunking: {}, model: null };
  throw new AquiferError(
    'AQF_COLLECTION_NOT_FOUND',
    `There is no collection ${JSON.stringify(collection)} in this tenant.`,
  );
}

/** A collection whose model nothing here serves cannot be written to, or it would have two. */
async function embedderFor({ embedder, embedderOf }: DocumentDependencies, model: string | null) {
  if (model === null || model === embedder.model.id) return embedder;
  const other = await embedderOf?.(model);
  if (other) return other;
  throw new AquiferError('AQF_MODEL_UNKNOWN', `The model of this collection, ${model}, is not served here.`, {
    facts: { model },
  });
}

async function extract(
  deps: DocumentDependencies,
  { bytes, text, source, fileName }: ParsedInput,
): Promise<ExtractedDocument> {
  if (text !== undefined) return documentFromText(text);
  return deps.extractor.extract({ bytes, name: fileName ?? source });
}

function prepare(
  input: ParsedInput,
  extracted: ExtractedDocument,
  hashes: { sourceHash: string; recipeHash: string },
): Omit<PreparedDocument, 'language'> {
  const metadata: Metadata = { ...extracted.metadata, format: extracted.format, ...input.metadata };
  return {
    ...hashes,
    source: input.source,
    title: input.title ?? extracted.title ?? basename(input.source),
    format: extracted.format,
    metadata,
    content: extracted.text,
    sourceBytes: input.bytes.byteLength,
    embed: input.embed ?? 'now',
    ...(input.fileId !== undefined && { fileId: input.fileId }),
  };
}

/** The same bytes may have come as another file. */
async function linkFile(
  { relational }: DocumentDependencies,
  context: TenantContext,
  { documentId }: Target,
  fileId: string,
): Promise<void> {
  await relational.query(context, { text: queries.LINK_FILE, values: [documentId, fileId] });
}

/** Everything besides the bytes that the stored rows depend on. */
function recipeOf(
  deps: DocumentDependencies,
  { title, metadata, text }: ParsedInput,
  chunking: Required<ChunkingOptions>,
  language: string,
): string {
  const settings = [chunking, title, metadata, text !== undefined, language];
  return hashOf(JSON.stringify([PIPELINE_VERSION, deps.embedder.model.id, ...settings]));
}

/**
 * Embeds outside the transaction and plans inside it: when another writer changed the document meanwhile, chunks
 * without a vector may be missing, and the round is repeated.
 */
async function store(
  deps: DocumentDependencies,
  context: TenantContext,
  target: Target,
  document: PreparedDocument,
  chunks: readonly ContextualChunk[],
): Promise<IngestResult> {
  // Of a stored document the first look tells what is missing.
  const isNew = !target.documentId && document.embed === 'now';
  let vectors: VectorsByHash = isNew ? await embedChunks(deps.embedder, chunks) : new Map();
  for (;;) {
    const { plan, stored } = await tryStore(deps, context, target, document, chunks, vectors);
    if (stored) return resultOf(document, stored, plan, chunks.length);
    vectors = new Map([...vectors, ...(await embedChunks(deps.embedder, missingFrom(vectors, plan)))]);
  }
}

function tryStore(
  deps: DocumentDependencies,
  context: TenantContext,
  { collectionId }: Target,
  document: PreparedDocument,
  chunks: readonly ContextualChunk[],
  vectors: VectorsByHash,
) {
  return deps.relational.transaction(
    context,
    async (tx) => {
      // Signs are kept where reading vectors is slow: in WebAssembly.
      const isSigned = deps.relational.kind === 'embedded';
      const place = await openPlace(tx, collectionId, deps.embedder.model, isSigned);
      const plan = planChunks(await lockStoredHashes(tx, place, document), chunks);
      if (document.embed === 'now' && missingFrom(vectors, plan).length > 0)
        return { plan, stored: undefined };
      const stored = await writeDocument(tx, place, document, plan, vectors);
      return { plan, stored };
    },
    { retries: RETRIES },
  );
}

function missingFrom(vectors: VectorsByHash, plan: ChunkPlan): ContextualChunk[] {
  return plan.added.filter(({ hash }) => !vectors.has(hash));
}

function unchanged({ documentId, title, chunks }: Target, source: string): IngestResult {
  const counts = { total: chunks ?? 0, added: 0, removed: 0 };
  return { status: 'unchanged', documentId: documentId ?? '', source, title: title ?? '', chunks: counts };
}

function resultOf(
  document: PreparedDocument,
  stored: { id: string; inserted: boolean },
  plan: ChunkPlan,
  total: number,
): IngestResult {
  return {
    status: stored.inserted ? 'added' : 'updated',
    documentId: stored.id,
    source: document.source,
    title: document.title,
    chunks: { total, added: plan.added.length, removed: plan.removed.length },
  };
}
