import { once } from 'node:events';
import type { Redis } from 'ioredis';

/** Milliseconds within which ioredis ends what it has open; what it is only about to open it drops without a word. */
const END_MS = 500;

/** Ends a connection for good; resolves when it has ended. */
export async function disconnected(client: Redis): Promise<void> {
  const isOpen = ['connecting', 'connect', 'ready'].includes(client.status);
  const ended = isOpen && once(client, 'end', { signal: AbortSignal.timeout(END_MS) }).catch(() => undefined);
  client.disconnect();
  await ended;
}
