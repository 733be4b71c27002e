import { Server as NetServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Milliseconds in which idle connections may end by themselves: closing one may meet a request that is on its way. */
const IDLE_GRACE_MS = 1000;
const POLL_MS = 20;

/** Lets a server end without failing what it has accepted. */
export class Drain {
  readonly #app: FastifyInstance;
  readonly #underWay = new Set<FastifyRequest>();
  #hasBegun = false;

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('onRequest', async (request) => {
      if (!isEndless(request)) this.#underWay.add(request);
    });
    app.addHook('onSend', async (_, reply, payload) => {
      if (this.#hasBegun) reply.header('connection', 'close');
      return payload;
    });
    app.addHook('onResponse', async (request) => {
      this.#underWay.delete(request);
    });
  }

  /**
   * Takes no new connection from now on, and tells those there are to end with their next answer. Resolves when nothing is
   * under way; after `deadlineMs` what is left is cut.
   */
  async run(deadlineMs: number): Promise<void> {
    this.#hasBegun = true;
    const began = performance.now();
    const server = this.#app.server;
    // Not `server.close()`, which ends idle connections at once.
    if (server.listening) NetServer.prototype.close.call(server);
    while (performance.now() - began < deadlineMs) {
      const isGraceOver = performance.now() - began >= IDLE_GRACE_MS;
      if (this.#underWay.size === 0 && (isGraceOver || (await this.#connections()) === 0)) return;
      await wait(POLL_MS);
    }
    server.closeAllConnections();
  }

  #connections(): Promise<number> {
    return new Promise((resolve) => {
      this.#app.server.getConnections((_, count) => resolve(count ?? 0));
    });
  }
}

/** Streams that end when the server does: nobody waits for the end of them. */
function isEndless({ method, headers }: FastifyRequest): boolean {
  const isStream = method === 'GET' && (headers.accept ?? '').includes('text/event-stream');
  return isStream || headers.upgrade !== undefined;
}
