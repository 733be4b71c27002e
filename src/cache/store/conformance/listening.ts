import type { CacheStore, LogEntry, LogFollower, LogListener } from '../store.js';
import { eventually, fresh } from './fixture.js';

/** A follower that remembers what it was told. */
export class Listening implements LogListener {
  readonly entries: LogEntry[] = [];
  readonly losses: string[] = [];
  /** When each verification came, and up to when it verified. */
  readonly verifications: { readonly at: number; readonly since: number }[] = [];
  readonly #onVerified: ((since: number) => void) | undefined;
  #follower: LogFollower | undefined;

  constructor(onVerified?: (since: number) => void) {
    this.#onVerified = onVerified;
  }

  static async to(store: CacheStore, onVerified?: (since: number) => void): Promise<Listening> {
    const listening = new Listening(onVerified);
    listening.#follower = await store.follow(listening);
    return listening;
  }

  /** Follows while `work` runs. */
  static async during(
    store: CacheStore,
    work: (listening: Listening) => Promise<void>,
    onVerified?: (since: number) => void,
  ): Promise<void> {
    const listening = await Listening.to(store, onVerified);
    try {
      await work(listening);
    } finally {
      await listening.stop();
    }
  }

  told(entries: readonly LogEntry[]): void {
    this.entries.push(...entries);
  }

  verified(since: number): void {
    this.verifications.push({ at: performance.now(), since });
    this.#onVerified?.(since);
  }

  lost(reason: string): void {
    this.losses.push(reason);
  }

  /** Keys in the order they were told in. */
  get keys(): string[] {
    return this.entries.flatMap(({ keys }) => keys);
  }

  /** Resolves when everything appended before the call was told. */
  async caughtUp(): Promise<void> {
    const now = performance.now();
    await eventually('the log is verified', () => this.verifications.some(({ since }) => since >= now));
  }

  async stop(): Promise<void> {
    await this.#follower?.close();
  }
}

/** Invalidates a key made for it, and returns the key. */
export async function append(store: CacheStore, origin = 'test'): Promise<string> {
  const key = fresh('appended');
  await store.invalidate({ keys: [key], marks: [] }, origin);
  return key;
}
