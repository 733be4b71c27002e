import { parentPort } from 'node:worker_threads';
import { AquiferError } from '../errors/index.js';
import type { Handlers } from './host.js';
import { type CallMessage, type ReplyMessage, toWireError } from './wire.js';

/** Answers the calls of a `ThreadHost`. Called once, by the module the thread starts from. */
export function serve(handlers: Handlers): void {
  const port = parentPort;
  if (!port) throw new AquiferError('AQF_INTERNAL', 'serve() was called outside a worker thread.');
  port.on('message', async (call: CallMessage) => {
    port.postMessage(await answer(handlers, call));
  });
}

async function answer(handlers: Handlers, call: CallMessage): Promise<ReplyMessage> {
  try {
    const handler = handlers[call.method];
    if (!handler) throw new AquiferError('AQF_INTERNAL', `The thread has no handler "${call.method}".`);
    return { id: call.id, ok: true, value: await handler(...call.args) };
  } catch (error) {
    return { id: call.id, ok: false, error: toWireError(error) };
  }
}
