import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionLostError, ReadOnlyError } from '../errors.js';
import { isLoss } from './losses.js';
import type { Server } from './server.js';
import type { Reign, Topology } from './topology.js';

const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;
/** Work that breaks its connection again and again may be what breaks it. */
const MOST_BREAKS = 3;

/** Runs work on the primary, and again on the next one where that is safe. */
export class PrimaryWork {
  readonly #topology: Topology;
  readonly #timeoutMs: number;

  constructor(topology: Topology, timeoutMs: number) {
    this.#topology = topology;
    this.#timeoutMs = timeoutMs;
  }

  /** @param mayRepeat asked after a loss: whether the work may run again */
  async run<T>(work: (reign: Reign) => Promise<T>, mayRepeat: () => boolean): Promise<T> {
    const deadline = performance.now() + this.#timeoutMs;
    let breaks = 0;
    for (let tried = 0; ; tried++) {
      const reign = await this.#topology.reign();
      try {
        return await reign.server.carry(() => work(reign));
      } catch (error) {
        if (!(await this.#isLost(reign.server, error)) || !mayRepeat()) throw error;
        if (error instanceof ConnectionLostError) breaks++;
        if (breaks === MOST_BREAKS || performance.now() > deadline) throw error;
      }
      await wait(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** tried, LONGEST_WAIT_MS));
    }
  }

  /** A write refused as such: the server is no primary any more, or the work itself forbade it. */
  async #isLost(server: Server, error: unknown): Promise<boolean> {
    const isRefusedWrite = error instanceof ReadOnlyError;
    if (!isRefusedWrite && !isLoss(error)) return false;
    this.#topology.suspect(server);
    return !isRefusedWrite || (await this.#topology.reign()).server !== server;
  }
}
