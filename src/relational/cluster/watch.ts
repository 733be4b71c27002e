import { messageOf } from '../../errors/index.js';
import { isLate, isSpeaking, type Lookout } from './lookout.js';
import type { Server } from './server.js';
import type { Topology } from './topology.js';

/** One late answer may be the fault of this process, which was busy; two in a row are the server's. */
const LATE_LOOKS = 2;

/** Looks at one server again and again, and tells the topology what it sees. */
export class Watch {
  readonly #server: Server;
  readonly #topology: Topology;
  readonly #lookout: Lookout;
  readonly #interval: () => number;
  #late = 0;
  #closed = false;
  #wakeUp: () => void = () => undefined;
  #wanted = false;

  /** @param interval gives the milliseconds until the next look */
  constructor(server: Server, topology: Topology, lookout: Lookout, interval: () => number) {
    this.#server = server;
    this.#topology = topology;
    this.#lookout = lookout;
    this.#interval = interval;
  }

  async run(): Promise<void> {
    while (!this.#closed) {
      this.#wanted = false;
      await this.#look();
      if (!this.#wanted && !this.#closed) await this.#pause();
    }
  }

  /** The next look begins now, or right after one that is under way. */
  wake(): void {
    this.#wanted = true;
    this.#wakeUp();
  }

  close(): void {
    this.#closed = true;
    this.#lookout.close();
    this.#wakeUp();
  }

  async #look(): Promise<void> {
    const began = performance.now();
    try {
      const look = await this.#lookout.look();
      this.#late = 0;
      this.#topology.answered(this.#server, look, { began, ended: performance.now() });
    } catch (error) {
      if (!this.#closed) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (isLate(error) && ++this.#late < LATE_LOOKS) {
      this.wake();
      return;
    }
    const wasSpeaking = this.#server.error === undefined;
    this.#topology.silent(this.#server, messageOf(error));
    // Whoever waits for a server that says nothing would wait for long.
    if (wasSpeaking && !isSpeaking(error))
      this.#server.node.sever(new Error('The server has fallen silent.'));
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#interval());
      timer.unref();
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
