import type { PrimaryWork } from './primary-work.js';
import type { Topology } from './topology.js';

type Stop = () => Promise<void>;

/** Listens on one channel of whichever server is the primary. */
export class Subscription {
  readonly #channel: string;
  readonly #heard: (payload: string) => void;
  readonly #topology: Topology;
  readonly #primary: PrimaryWork;
  #stop: Stop | undefined;
  #isOver = false;

  constructor(channel: string, heard: (payload: string) => void, topology: Topology, primary: PrimaryWork) {
    this.#channel = channel;
    this.#heard = heard;
    this.#topology = topology;
    this.#primary = primary;
  }

  /** Resolves once it listens; false where the server cannot. Throws what its node's `listen` throws. */
  async begin(): Promise<boolean> {
    const reign = await this.#primary.run(
      async (current) => {
        this.#stop = await current.server.node.listen(this.#channel, this.#heard);
        return current;
      },
      () => true,
    );
    if (!this.#stop) return false;
    if (this.#isOver) await this.end();
    else if (reign.signal.aborted) this.#move();
    else reign.signal.addEventListener('abort', () => this.#move(), { once: true });
    return true;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    const stop = this.#stop;
    this.#stop = undefined;
    await stop?.();
  }

  /** The former primary is left; what it said last, and what was said meanwhile, an empty hint stands for. */
  #move(): void {
    const former = this.#stop;
    this.#stop = undefined;
    former?.().catch(() => undefined);
    if (this.#isOver) return;
    this.#beginAgain().catch(() => undefined);
  }

  /** @throws AQF_LAYER_CLOSED */
  async #beginAgain(): Promise<void> {
    try {
      await this.begin();
    } catch {
      // For longer than anyone waits there was no primary.
      await this.#topology.succession();
      if (!this.#isOver) return this.#beginAgain();
    }
    if (!this.#isOver) this.#heard('');
  }
}
