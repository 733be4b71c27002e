import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { WriteBehindOptions } from './types.js';

const ms = z.number().min(0).max(86_400_000);

const schema = z
  .object({
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/i, 'name must be 1 to 128 letters, digits or . _ -'),
    waitMs: ms.default(500),
    maxWaitMs: ms.default(5000),
    batch: z.int().min(1).max(10_000).default(100),
    maxPending: z.int().min(1).max(10_000_000).default(10_000),
    fullWaitMs: ms.default(5000),
    attempts: z.int().min(1).max(1000).default(8),
    backoffMs: ms.default(1000),
    maxBackoffMs: ms.default(60_000),
    flushTimeoutMs: ms.min(1).default(10_000),
    pollMs: ms.min(1).default(1000),
    closeTimeoutMs: ms.default(10_000),
  })
  .refine(({ waitMs, maxWaitMs }) => waitMs <= maxWaitMs, 'waitMs must not be above maxWaitMs');

/** The options of a queue, complete. */
export type QueueSettings = z.infer<typeof schema>;

/** @throws AQF_ARGUMENT_INVALID */
export function checkOptions<V>(options: WriteBehindOptions<V>): QueueSettings {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new AquiferError(
    'AQF_ARGUMENT_INVALID',
    `Writes cannot be queued like this: ${z.prettifyError(parsed.error)}`,
  );
}
