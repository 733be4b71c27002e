import { basename } from 'node:path';
import type { ChunkingOptions } from '../chunking/index.js';
import { chunkDocument } from '../chunking/index.js';
import type { Embedder } from '../embeddings/index.js';
import { documentFromText, type ExtractedDocument, type Extractor } from '../extraction/index.js';
import type { RelationalProvider, TenantContext } from '../relational/index.js';
import { type ChunkPlan, type ContextualChunk, planChunks, withContext } from './chunk-plan.js';
import { embedChunks, type VectorsByHash } from './embed-chunks.js';
import { hashOf } from './hash.js';
import { type ParsedInput, parseInput } from './input.js';
import * as queries from './queries.js';
import type { DocumentInput, IngestResult, Metadata } from './types.js';
import { listHashes, lockStoredHashes, type PreparedDocument, writeDocument } from './write.js';

/** What documents stand on. */
export interface DocumentDependencies {
  readonly relational: RelationalProvider;
  readonly extractor: Extractor;
  readonly embedder: Embedder;
  readonly chunking: Required<ChunkingOptions>;
  /** Awaited after documents of a tenant were stored or removed. */
  readonly onChange?: (tenantId: string) => Promise<void>;
}

/** Changes whenever extraction or chunking would cut the same bytes differently: stored rows are then redone. */
const PIPELINE_VERSION = 1;

/** The version of a document that is stored. */
interface StoredVersion extends Record<string, unknown> {
  readonly id: string;
  readonly title: string;
  readonly sourceHash: string;
  readonly recipeHash: string;
  readonly chunks: number;
}

/**
 * Stores one document: extract, chunk, embed what is new, then write everything in one transaction. A
 * source with unchanged bytes and settings costs a hash and one query.
 */
export async function ingest(
  deps: DocumentDependencies,
  context: TenantContext,
  given: DocumentInput,
): Promise<IngestResult> {
  const input = parseInput(given);
  const hashes = { sourceHash: hashOf(input.bytes), recipeHash: recipeOf(deps, input) };

  const current = await findVersion(deps, context, input.source);
  if (current && current.sourceHash === hashes.sourceHash && current.recipeHash === hashes.recipeHash) {
    return unchanged(current, input.source);
  }
  const extracted = await extract(deps, input);
  const document = prepare(input, extracted, hashes);
  const chunks = withContext(
    chunkDocument(extracted, { ...deps.chunking, ...input.chunking }),
    input.title ?? extracted.title,
  );
  return store(deps, context, document, chunks, current?.id);
}

async function extract(
  deps: DocumentDependencies,
  { bytes, text, source }: ParsedInput,
): Promise<ExtractedDocument> {
  if (text !== undefined) return documentFromText(text);
  return deps.extractor.extract({ bytes, name: source });
}

function prepare(
  input: ParsedInput,
  extracted: ExtractedDocument,
  hashes: { sourceHash: string; recipeHash: string },
): PreparedDocument {
  const metadata: Metadata = { ...extracted.metadata, format: extracted.format, ...input.metadata };
  return {
    ...hashes,
    source: input.source,
    title: input.title ?? extracted.title ?? basename(input.source),
    format: extracted.format,
    language: 'en',
    metadata,
    content: extracted.text,
    sourceBytes: input.bytes.byteLength,
  };
}

/** Everything besides the bytes that the stored rows depend on. */
function recipeOf(deps: DocumentDependencies, input: ParsedInput): string {
  const { title, metadata, chunking, text } = input;
  const settings = { ...deps.chunking, ...chunking };
  return hashOf(
    JSON.stringify([PIPELINE_VERSION, deps.embedder.model.id, settings, title, metadata, text !== undefined]),
  );
}

/**
 * Embeds outside the transaction, then plans again inside it: when another writer changed the document
 * meanwhile, chunks without a vector may be missing, and the round is repeated.
 */
async function store(
  deps: DocumentDependencies,
  context: TenantContext,
  document: PreparedDocument,
  chunks: readonly ContextualChunk[],
  documentId: string | undefined,
): Promise<IngestResult> {
  const expected = documentId
    ? planChunks(
        await deps.relational.transaction(context, (tx) =>
          listHashes(tx, documentId, deps.embedder.model.id),
        ),
        chunks,
      )
    : planChunks([], chunks);
  let vectors = await embedChunks(deps.embedder, expected.added);
  for (;;) {
    const result = await tryStore(deps, context, document, chunks, vectors);
    if (result.stored) return resultOf(document, result.stored, result.plan, chunks.length);
    vectors = new Map([...vectors, ...(await embedChunks(deps.embedder, missingFrom(vectors, result.plan)))]);
  }
}

function tryStore(
  deps: DocumentDependencies,
  context: TenantContext,
  document: PreparedDocument,
  chunks: readonly ContextualChunk[],
  vectors: VectorsByHash,
) {
  return deps.relational.transaction(context, async (tx) => {
    const model = deps.embedder.model.id;
    const plan = planChunks(await lockStoredHashes(tx, document.source, model), chunks);
    if (missingFrom(vectors, plan).length > 0) return { plan, stored: undefined };
    const stored = await writeDocument(tx, document, plan, vectors, model);
    return { plan, stored };
  });
}

function missingFrom(vectors: VectorsByHash, plan: ChunkPlan): ContextualChunk[] {
  return plan.added.filter(({ hash }) => !vectors.has(hash));
}

async function findVersion(
  deps: DocumentDependencies,
  context: TenantContext,
  source: string,
): Promise<StoredVersion | undefined> {
  const { rows } = await deps.relational.transaction(context, (tx) =>
    tx.query<StoredVersion>(queries.FIND_VERSION, [source]),
  );
  return rows[0];
}

function unchanged({ id, title, chunks }: StoredVersion, source: string): IngestResult {
  const counts = { total: chunks, added: 0, removed: 0 };
  return { status: 'unchanged', documentId: id, source, title, chunks: counts };
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
