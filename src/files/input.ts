import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';
import type { FileFacts, ListFilesOptions } from './types.js';

const text = (most: number) => z.string().transform(storable).pipe(z.string().trim().min(1).max(most));
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,126}\/[\w!#$&^.+-]{1,126}$/;

const factsSchema = z.strictObject({
  name: text(1024),
  mediaType: z.string().regex(MEDIA_TYPE).default('application/octet-stream'),
  purpose: text(128).default('file'),
  expiresAt: z.date().optional(),
});

const listSchema = z.strictObject({
  purpose: text(128).optional(),
  limit: z.int().min(1).max(1000).default(100),
  after: z.uuid().optional(),
  order: z.enum(['newest', 'oldest']).default('newest'),
});

/** @throws AQF_ARGUMENT_INVALID */
export function assertContent(content: unknown): void {
  const isIterable =
    typeof content === 'object' &&
    content !== null &&
    (Symbol.asyncIterator in content || Symbol.iterator in content);
  if (!isIterable)
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'The content of a file is a stream or a list of bytes.');
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkedFacts(facts: FileFacts): z.output<typeof factsSchema> {
  return checked(factsSchema, facts, 'This file cannot be kept');
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkedList(options: ListFilesOptions): z.output<typeof listSchema> {
  return checked(listSchema, options, 'Files cannot be listed');
}

function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `${what}: ${z.prettifyError(parsed.error)}`);
}
