import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { LogFollower, LogListener } from '../store/store.js';
import { retryDelay } from './backoff.js';
import { reasonOf } from './failures.js';
import type { RedisKeys } from './keys.js';
import { LogReader } from './log-reader.js';

/** Milliseconds that a follower has to end. */
const CLOSE_MS = 500;

export interface FollowerHost {
  /** A new connection, not yet connected, to where the log is; tries once. */
  readonly dial: () => Promise<Redis>;
  /** An attempt to follow, or a connection, has ended with this. */
  readonly failed: (error: unknown) => void;
  readonly closed: () => void;
}

/** Follows the log on a connection of its own, through whatever happens to the server, until closed. */
export class Follower implements LogFollower {
  /** Resolves when it follows, or is closed before. */
  readonly started: Promise<void>;
  readonly #names: RedisKeys;
  readonly #listener: LogListener;
  readonly #host: FollowerHost;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  #connection: Redis | undefined;
  #begun: () => void = () => undefined;
  #failures = 0;
  #lost: string | undefined;

  constructor(names: RedisKeys, listener: LogListener, host: FollowerHost) {
    this.#names = names;
    this.#listener = listener;
    this.#host = host;
    this.started = new Promise((resolve) => {
      this.#begun = resolve;
    });
    this.#done = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection?.disconnect();
    // Among sentinels of which none answers, ioredis hears of the end only when it asks the next one.
    await Promise.race([this.#done, wait(CLOSE_MS, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#attempt();
      } catch (error) {
        await this.#pause(error);
      }
    }
    this.#begun();
    this.#host.closed();
  }

  async #attempt(): Promise<void> {
    this.#connection = await this.#host.dial();
    try {
      if (this.#closing.signal.aborted) return;
      await this.#connection.connect();
      const reader = await LogReader.begin(this.#connection, this.#names);
      if (this.#lost !== undefined) this.#listener.lost(this.#lost);
      // Whatever ends this connection, entries may be appended until the next one.
      this.#lost = 'the connection to Redis was lost';
      this.#failures = 0;
      this.#begun();
      while (!this.#closing.signal.aborted) await reader.next(this.#listener);
    } finally {
      this.#connection.disconnect();
      this.#connection = undefined;
    }
  }

  async #pause(error: unknown): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (this.#lost !== undefined) this.#lost = `the connection to Redis was lost (${reasonOf(error)})`;
    this.#host.failed(error);
    const { signal } = this.#closing;
    await wait(retryDelay(++this.#failures), undefined, { signal }).catch(() => undefined);
  }
}
