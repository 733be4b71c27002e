import type { Redis } from 'ioredis';

const BEAT_MS = 1000;
/** Milliseconds after which a server that owes an answer is given up, with the connection to it. */
const PATIENCE_MS = 3000;

/**
 * Cuts a connection whose other side says nothing any more, so that a new one is tried. (The `socketTimeout` of ioredis
 * does so too, at the price of a timer with every command.)
 */
export class Heartbeat {
  readonly #client: Redis;
  readonly #timer: NodeJS.Timeout;
  #owedSince: number | undefined;

  constructor(client: Redis) {
    this.#client = client;
    // From here on it owes what makes it ready.
    client.on('connect', () => {
      this.#owedSince = performance.now();
    });
    client.on('ready', this.#answered);
    client.on('close', this.#answered);
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    if (this.#owedSince !== undefined) this.#judge(this.#owedSince);
    else if (this.#client.status === 'ready') this.#ask();
  }

  #ask(): void {
    this.#owedSince = performance.now();
    this.#client.ping().then(this.#answered, this.#answered);
  }

  #judge(owedSince: number): void {
    if (performance.now() - owedSince < PATIENCE_MS) return;
    this.#owedSince = undefined;
    this.#client.disconnect(true);
  }

  readonly #answered = () => {
    this.#owedSince = undefined;
  };
}
