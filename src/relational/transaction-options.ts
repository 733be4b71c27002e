import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { TransactionOptions } from './provider.js';

const ISOLATIONS = ['read committed', 'repeatable read', 'serializable'] as const;

const schema = z.strictObject({
  access: z.enum(['read', 'write']).optional(),
  isolation: z.enum(ISOLATIONS).optional(),
  retries: z.int().min(0).max(100).optional(),
});

/** The options of a transaction as a caller gave them: isolation becomes part of a statement. @throws AQF_ARGUMENT_INVALID */
export function checkedTransactionOptions(options: unknown): TransactionOptions {
  const parsed = schema.safeParse(options ?? {});
  if (parsed.success) return parsed.data as TransactionOptions;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `A transaction cannot begin like this: ${z.prettifyError(parsed.error)}`,
  );
}
