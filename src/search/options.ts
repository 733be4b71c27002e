import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { storable } from '../relational/index.js';
import { SEARCH_MODES, type SearchOptions } from './types.js';

const optionsSchema = z.strictObject({
  mode: z.enum(SEARCH_MODES).default('hybrid'),
  snippets: z.boolean().default(true),
  limit: z.number().int().min(1).max(1000).optional(),
  filter: z
    // A record would pass over this key, and with it the condition.
    .custom<object>((filter) => !Object.hasOwn(Object(filter), '__proto__'), '__proto__ cannot be a key')
    .pipe(z.record(z.string().min(1).max(128), z.union([z.string().max(8192), z.number(), z.boolean()])))
    .optional(),
});
export type ParsedOptions = z.infer<typeof optionsSchema> & { limit: number };
const questionSchema = z.string().trim().min(1).max(10_000);

/** @throws AQF_ARGUMENT_INVALID */
export function parseSearch(
  question: string,
  options: SearchOptions,
  defaultLimit: number,
): { text: string; parsed: ParsedOptions } {
  const text = questionSchema.safeParse(question);
  if (!text.success) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'A question must be 1 to 10,000 characters of text.');
  }
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `This search cannot run: ${z.prettifyError(parsed.error)}`,
    );
  }
  return { text: storable(text.data), parsed: { ...parsed.data, limit: parsed.data.limit ?? defaultLimit } };
}
