import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { ChangeOperation } from '../events/index.js';

export const FOLLOWED_OPERATIONS = [
  'insert',
  'update',
  'delete',
  'restore',
  'purge',
] as const satisfies readonly ChangeOperation[];

/** What someone wants to hear. */
export interface FollowOptions {
  /** @default all */
  readonly entity?: string | undefined;
  /** @default all */
  readonly operations?: readonly ChangeOperation[] | undefined;
  /** Where an earlier follower of this tenant was, whatever it followed. @default now */
  readonly position?: string | undefined;
  /** Ends the follower. */
  readonly signal?: AbortSignal | undefined;
}

const schema = z.strictObject({
  entity: z.string().min(1).max(128).optional(),
  operations: z.array(z.enum(FOLLOWED_OPERATIONS)).min(1).max(FOLLOWED_OPERATIONS.length).optional(),
  position: z.string().min(1).max(8192).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** @throws AQF_ARGUMENT_INVALID */
export function checkFollowOptions(options: FollowOptions): FollowOptions {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `Nobody can follow so: ${z.prettifyError(parsed.error)}`);
}
