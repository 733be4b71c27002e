import { access, readFile, stat } from 'node:fs/promises';
import { checkedOptions } from '../chunking/index.js';
import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';
import type { TenantContext } from '../relational/index.js';
import { type DocumentDependencies, ingest } from './ingest.js';
import { checkFilesInput } from './input.js';
import type { DocumentRepository } from './repository.js';
import { Tally } from './tally.js';
import type {
  DocumentInput,
  IngestFilesOptions,
  IngestFilesResult,
  IngestProgress,
  Metadata,
} from './types.js';
import { walk } from './walk.js';

/** Files in work at once: while one is embedded, the next is extracted and the last is written. */
const CONCURRENCY = 4;

/** Ingests files and folders. A file that fails is reported and the run goes on. */
export async function ingestFiles(
  deps: DocumentDependencies,
  context: TenantContext,
  repository: DocumentRepository,
  paths: readonly string[],
  options: IngestFilesOptions = {},
): Promise<IngestFilesResult> {
  checkFilesInput(paths, options);
  checkedOptions({ ...deps.chunking, ...options.chunking });
  const { roots, files, unreadable } = await walk(paths);
  const sized = await Promise.all(files.map(sizeOf));
  const tally = new Tally(options.onProgress);
  tally.record({
    kind: 'found',
    files: files.length + unreadable.length,
    bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0),
  });

  for (const { folder, error } of unreadable) tally.record({ kind: 'failed', file: folder, bytes: 0, error });
  await forEachConcurrently(sized, CONCURRENCY, options.signal, async ({ file, bytes }) => {
    tally.record(await ingestFile(deps, context, file, bytes, options));
  });
  if (options.prune && !options.signal?.aborted) await prune(repository, roots, tally);
  return tally.result(options.signal?.aborted ?? false);
}

/** A file that has gone since is reported when it is read. */
async function sizeOf(file: string): Promise<{ file: string; bytes: number }> {
  return {
    file,
    bytes: await stat(file)
      .then(({ size }) => size)
      .catch(() => 0),
  };
}

async function ingestFile(
  deps: DocumentDependencies,
  context: TenantContext,
  file: string,
  bytes: number,
  options: IngestFilesOptions,
): Promise<IngestProgress> {
  try {
    const input = { source: file, bytes: await read(file), ...shared(options) };
    return { kind: 'ingested', file, bytes, result: await ingest(deps, context, input) };
  } catch (error) {
    if (!isAquiferError(error) || FATAL.has(error.code)) throw error;
    return { kind: 'failed', file, bytes, error };
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = `The file cannot be read: ${messageOf(error)}`;
    throw new AquiferError('AQF_FILE_UNREADABLE', message, { cause: error });
  }
}

/** Errors that are not about one file: going on would only repeat them. */
const FATAL = new Set<AquiferError['code']>([
  'AQF_LAYER_CLOSED',
  'AQF_SCOPE_MISSING',
  'AQF_DATABASE_UNAVAILABLE',
  'AQF_WORKER_CRASHED',
  'AQF_INTERNAL',
]);

function shared(options: IngestFilesOptions): {
  metadata?: Metadata;
  chunking?: NonNullable<DocumentInput['chunking']>;
  embed?: NonNullable<DocumentInput['embed']>;
} {
  const { metadata, chunking, embed } = options;
  return { ...(metadata && { metadata }), ...(chunking && { chunking }), ...(embed && { embed }) };
}

async function prune(repository: DocumentRepository, roots: readonly string[], tally: Tally): Promise<void> {
  for (const { id, source } of await repository.sourcesBelow(roots)) {
    if (!(await isGone(source))) continue;
    await repository.delete(id);
    tally.record({ kind: 'pruned', file: source });
  }
}

/** A file that merely cannot be seen, in a locked folder or on a disk that fails, is not gone. */
async function isGone(file: string): Promise<boolean> {
  try {
    await access(file);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

async function forEachConcurrently<T>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      if (signal?.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
