import { buffer } from 'node:stream/consumers';
import type { DocumentInput, Documents } from '../documents/index.js';
import { AquiferError, isAquiferError } from '../errors/index.js';
import type { Files } from '../files/index.js';
import type { TenantContext } from '../relational/index.js';
import { type ClaimedUpload, contextOf } from './claimed.js';
import * as queries from './queries.js';

const MOST_ATTEMPTS = 3;
/** Seconds until what failed for a reason that passes is tried again. */
const PAUSE_SECONDS = 5;
const LATER: ReadonlySet<string> = new Set(['AQF_EMBEDDING_FAILED', 'AQF_EMBEDDING_RATE_LIMITED']);

export interface ProcessDependencies {
  files(context: TenantContext): Files;
  documents(context: TenantContext, collection: string): Documents;
  /** Bytes of a file that can be read as a document. */
  readonly maxBytes: number;
}

/** What is to be written of how it ended; the first values are those of the claim. */
export interface Outcome {
  readonly statement: string;
  readonly values: readonly unknown[];
}

/** Makes a document of an upload; it never rejects for what is wrong with the file. */
export async function processUpload(deps: ProcessDependencies, upload: ClaimedUpload): Promise<Outcome> {
  try {
    assertAlive(upload);
    return { statement: queries.STORED, values: [await store(deps, upload)] };
  } catch (error) {
    return outcomeOf(error, upload);
  }
}

/** One that ended its process every time would end it for ever. */
function assertAlive({ attempts }: ClaimedUpload): void {
  if (attempts <= MOST_ATTEMPTS) return;
  throw new AquiferError(
    'AQF_WORKER_CRASHED',
    `Making a document of this file was begun ${MOST_ATTEMPTS} times and never came to an end.`,
  );
}

async function store(deps: ProcessDependencies, upload: ClaimedUpload): Promise<string> {
  const context = contextOf(upload);
  const { collection, source, fileName, fileId, title, metadata, language } = upload;
  const input = {
    source,
    fileName,
    bytes: await read(deps, deps.files(context), fileId),
    ...(fileId !== null && { fileId }),
    ...(title !== null && { title }),
    ...(metadata !== null && { metadata }),
    ...(language !== null && { language }),
  };
  return ingest(deps.documents(context, collection), input);
}

async function read({ maxBytes }: ProcessDependencies, files: Files, id: string | null): Promise<Buffer> {
  if (id === null) throw new AquiferError('AQF_FILE_NOT_FOUND', 'The file was deleted before it was read.');
  const { bytes } = await files.get(id);
  if (bytes > maxBytes) {
    const message = `The file has ${bytes} bytes; a document may have ${maxBytes} (limit extraction.limits.maxBytes).`;
    throw new AquiferError('AQF_EXTRACTION_TOO_LARGE', message);
  }
  return buffer((await files.open(id)).content);
}

/** Where the model is not to be had the words are stored, and the pipeline does the rest. */
async function ingest(documents: Documents, input: DocumentInput): Promise<string> {
  try {
    return (await documents.ingest(input)).documentId;
  } catch (error) {
    const isLate = isAquiferError(error) && LATER.has(error.code);
    if (!isLate) throw error;
    return (await documents.ingest({ ...input, embed: 'later' })).documentId;
  }
}

function outcomeOf(error: unknown, { attempts }: ClaimedUpload): Outcome {
  if (isAquiferError(error, 'AQF_LAYER_CLOSED')) return { statement: queries.PUT_BACK, values: [0, 0] };
  const known = isAquiferError(error)
    ? error
    : new AquiferError('AQF_INTERNAL', 'Something went wrong.', { cause: error });
  const passes = known.status === 503 && known.code !== 'AQF_WORKER_CRASHED';
  if (passes && attempts < MOST_ATTEMPTS)
    return { statement: queries.PUT_BACK, values: [PAUSE_SECONDS * attempts, 1] };
  return { statement: queries.FAILED, values: [known.code, known.message.slice(0, 2000), known.hint] };
}
