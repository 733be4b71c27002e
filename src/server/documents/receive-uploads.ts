import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { Scope } from '../../layer/index.js';
import type { ReceivedUpload, Upload, UploadFacts } from '../../uploads/index.js';

const FIELDS = ['collection', 'source', 'title', 'metadata', 'language'] as const;
type Field = (typeof FIELDS)[number];

/**
 * Reads files from a multipart request to the disk, one after the other, and queues them: all, or none when the request
 * breaks off. Fields come before the files that they are of.
 * @param maxBytes of a file that can be read as a document: one that is larger is refused as soon as that is known
 * @throws AQF_ARGUMENT_INVALID, AQF_BODY_TOO_LARGE, AQF_EXTRACTION_TOO_LARGE, AQF_UPLOAD_INCOMPLETE, AQF_COLLECTION_NOT_FOUND
 */
export async function receiveUploads(
  scope: Scope,
  request: FastifyRequest,
  maxBytes: number,
): Promise<Upload[]> {
  const received: ReceivedUpload[] = [];
  const facts: { -readonly [K in keyof UploadFacts]: UploadFacts[K] } = {};
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        if (received.length === 0) await assertWanted(scope, facts, part);
        received.push(await receive(scope, part, maxBytes));
      } else if (received.length > 0) throw invalid('Fields come before the files.');
      else Object.assign(facts, { [fieldOf(part.fieldname)]: fieldValue(part.fieldname, part.value) });
    }
    if (received.length === 0) throw invalid('The request holds no file.');
    return await scope.uploads.add(received, facts);
  } catch (error) {
    // What is still to come is of no use, and whoever sends it should hear why.
    request.raw.unpipe().resume();
    throw request.raw.complete ? error : incomplete(error);
  } finally {
    await Promise.allSettled(received.map(({ staged }) => staged.discard()));
  }
}

async function receive(
  scope: Scope,
  { filename, mimetype, file }: MultipartFile,
  maxBytes: number,
): Promise<ReceivedUpload> {
  try {
    const staged = await scope.uploads.receive(file, maxBytes);
    return { staged, name: filename, ...(isMediaType(mimetype) && { mediaType: mimetype }) };
  } catch (error) {
    throw isAquiferError(error, 'AQF_BODY_TOO_LARGE') ? unreadable(filename, maxBytes) : error;
  }
}

/** Before the first byte of the first file is read. */
async function assertWanted(scope: Scope, facts: UploadFacts, { filename }: MultipartFile): Promise<void> {
  const { collection } = facts;
  scope.uploads.check(facts, filename);
  if (collection !== undefined && collection !== 'default') await scope.collections.get(collection);
}

function unreadable(name: string, maxBytes: number): AquiferError {
  const shown = JSON.stringify(name.slice(0, 200));
  return new AquiferError(
    'AQF_EXTRACTION_TOO_LARGE',
    `${shown} is larger than what is read as a document: ${maxBytes} bytes.`,
    { hint: 'Split the file, or raise extraction.limits.maxBytes.', facts: { maxBytes } },
  );
}

function fieldOf(name: string): Field {
  const field = FIELDS.find((known) => known === name);
  if (field) return field;
  throw invalid(
    `${JSON.stringify(name.slice(0, 64))} is no field of an upload; there are ${FIELDS.join(', ')}.`,
  );
}

function fieldValue(name: string, value: unknown): unknown {
  if (name !== 'metadata') return String(value);
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    throw invalid('metadata: it is not JSON.');
  }
}

function isMediaType(given: string): boolean {
  return /^[\w!#$&^.+-]{1,126}\/[\w!#$&^.+-]{1,126}$/.test(given);
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

function incomplete(cause: unknown): unknown {
  const code = (cause as { code?: string }).code ?? '';
  // What was wrong before the connection ended is what counts.
  if (code.startsWith('AQF_') || code.startsWith('FST_')) return cause;
  return new AquiferError('AQF_UPLOAD_INCOMPLETE', 'The connection ended before the upload did.', { cause });
}
