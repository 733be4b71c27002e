import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';

const isStream = (value: unknown) =>
  typeof value !== 'string' && (Symbol.iterator in Object(value) || Symbol.asyncIterator in Object(value));

const loadSchema = z.strictObject({
  documents: z.custom(isStream, 'must be a list or a stream'),
  options: z
    .strictObject({
      signal: z.instanceof(AbortSignal).optional(),
      onProgress: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
    })
    .optional(),
});

/** What a load is given, but for the documents themselves. @throws AQF_ARGUMENT_INVALID */
export function checkLoad(documents: unknown, options: unknown): void {
  const parsed = loadSchema.safeParse({ documents, options });
  if (parsed.success) return;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `These documents cannot be loaded: ${z.prettifyError(parsed.error)}`,
  );
}
