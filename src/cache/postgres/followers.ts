import type { LogFollower, LogListener } from '../store/store.js';
import type { Database } from './database.js';
import { Follower } from './follower.js';
import { LogReader } from './log-reader.js';

/** The followers of one store, and the connection that hints at news for all of them. */
export class Followers {
  readonly #database: Database;
  readonly #store: string;
  readonly #following = new Set<Follower>();
  #stopListening: Promise<() => Promise<void>> | undefined;

  constructor(database: Database, store: string) {
    this.#database = database;
    this.#store = store;
  }

  async follow(listener: LogListener): Promise<LogFollower> {
    this.#database.assertOpen();
    const follower = new Follower(new LogReader(this.#database, this.#store), listener);
    this.#following.add(follower);
    this.#listen();
    await follower.start();
    return { close: () => this.#stop(follower) };
  }

  hint(): void {
    for (const follower of this.#following) follower.hint();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#following].map((follower) => this.#stop(follower)));
    await (await this.#stopListening)?.();
  }

  /** A hint is worth no waiting: followers look without it, too. Where it cannot be had now, the next one tries. */
  #listen(): void {
    this.#stopListening ??= this.#database
      .listen(() => this.hint())
      .catch(() => {
        this.#stopListening = undefined;
        return async () => undefined;
      });
  }

  async #stop(follower: Follower): Promise<void> {
    this.#following.delete(follower);
    await follower.close();
  }
}
