import { z } from 'zod';
import { collectionName } from '../collections/index.js';
import { checkDocumentFacts, DEFAULT_COLLECTION } from '../documents/index.js';
import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';
import { type ListUploadsOptions, UPLOAD_STATUSES, type UploadFacts } from './types.js';

const MOST_NAME = 1024;

const listSchema = z.strictObject({
  limit: z.int().min(1).max(1000).default(100),
  after: z.uuid().optional(),
  status: z.enum(UPLOAD_STATUSES).optional(),
});

/** @throws AQF_ARGUMENT_INVALID */
export function checkedListing(options: ListUploadsOptions): z.output<typeof listSchema> {
  const parsed = listSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `Uploads cannot be listed: ${z.prettifyError(parsed.error)}`,
  );
}

/** @throws AQF_ARGUMENT_INVALID for anything but files that `receive` gave */
export function assertReceived(received: unknown): void {
  const isFine =
    Array.isArray(received) &&
    received.length > 0 &&
    received.every((upload) => typeof upload?.staged?.keep === 'function');
  if (!isFine)
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'Uploads are added of files that were received.');
}

/** What a document of these facts and this file name would be. @throws AQF_ARGUMENT_INVALID */
export function checkedFacts(facts: UploadFacts, fileName: string): UploadFacts & { collection: string } {
  if (typeof facts !== 'object' || facts === null)
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'What is said of an upload is an object.');
  const { collection = DEFAULT_COLLECTION, ...rest } = facts;
  checkDocumentFacts({ ...rest, source: facts.source ?? fileName });
  return { ...rest, collection: collectionName(collection) };
}

/** A name as it may be shown and kept: its last part, without what no name has. */
export function fileNameOf(given: string | undefined): string {
  const last = storable(typeof given === 'string' ? given : '')
    .split(/[/\\]/)
    .at(-1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    ?.replace(/[\u0000-\u001f\u007f]/g, '')
    .trim();
  return last ? last.slice(0, MOST_NAME) : 'unnamed';
}
