import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { ChangeEvent } from './change-event.js';

/** Someone who wants to know of every committed change, in commit order. */
export interface Subscriber {
  /** Its identity in the database: a subscriber that comes back under this name goes on where it was. */
  readonly name: string;
  /**
   * Handles events in the order they were committed. When it rejects, the same events come again after a wait;
   * after a crash they may come again too, so it must bear a repetition (`event.id` tells one).
   */
  handle(events: readonly ChangeEvent[], signal: AbortSignal): Promise<void>;
  /** Told of every rejection of `handle`, and of every failure to reach the database. */
  onError?(error: unknown): void;
  /**
   * Where a new name begins.
   * @default 'now'
   */
  readonly from?: 'now' | 'beginning';
  /**
   * Events handed over at once, 1 to 10,000.
   * @default 500
   */
  readonly batch?: number;
}

const subscriberSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/i, 'name must be 1 to 128 letters, digits or . _ -'),
  from: z.enum(['now', 'beginning']).default('now'),
  batch: z.int().min(1).max(10_000).default(500),
});

/** @throws AQF_ARGUMENT_INVALID */
export function checkSubscriber({ name, from, batch }: Subscriber): z.infer<typeof subscriberSchema> {
  const parsed = subscriberSchema.safeParse({ name, from, batch });
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `This cannot subscribe: ${z.prettifyError(parsed.error)}`);
}
