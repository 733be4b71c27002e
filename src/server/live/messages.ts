import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';
import { FOLLOWED_OPERATIONS, type LiveEvent } from '../../live/index.js';

const id = z.string().min(1).max(64);

const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('authenticate'), key: z.string().min(1).max(8192) }),
  z.strictObject({
    type: z.literal('subscribe'),
    id,
    entity: z.string().min(1).max(128).optional(),
    operations: z.array(z.enum(FOLLOWED_OPERATIONS)).min(1).max(FOLLOWED_OPERATIONS.length).optional(),
    position: z.string().min(1).max(8192).optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

export type ServerMessage =
  | { readonly type: 'ready'; readonly tenantId: string }
  | { readonly type: 'subscribed'; readonly id: string; readonly position: string }
  | { readonly type: 'unsubscribed'; readonly id: string }
  | { readonly type: 'event'; readonly id: string; readonly position: string; readonly event: LiveEvent }
  /** Nothing that was asked for happened up to here. */
  | { readonly type: 'position'; readonly id: string; readonly position: string }
  | {
      readonly type: 'error';
      readonly id?: string;
      readonly code: string;
      readonly detail: string;
      readonly hint: string;
    };

/** @throws AQF_ARGUMENT_INVALID */
export function parseMessage(text: string): ClientMessage {
  const parsed = clientMessage.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : 'not valid';
  throw new AquiferError('AQF_ARGUMENT_INVALID', `This message is not understood: ${what}`, {
    hint: 'See docs/live.md for the messages of /ws.',
  });
}

/** The id that a message names, however wrong the rest of it is: an error can say what it is about. */
export function idOf(text: string): string | undefined {
  return z.object({ id }).safeParse(jsonOf(text)).data?.id;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
