import type { User } from '../users.js';

/**
 * A cache of one library in one configuration. Each has a loop of its own, and not one that is handed a function:
 * the call in a shared loop would have many targets, which costs all of them, and the fast ones most.
 */
export interface Peer {
  /** What it is and how it is set up, for the table. */
  readonly about: string;
  /** Fills it with these users, by their keys. */
  fill(users: Iterable<readonly [string, User]>): Promise<void>;
  /** Awaited hits of its get-or-set, one after the other. */
  hits(calls: number): Promise<void>;
  close(): Promise<void>;
}

/** A peer that holds up to `capacity` users and is asked for these keys by turns. */
export type OpenPeer = (keys: readonly string[], capacity: number) => Promise<Peer>;

/** What a miss calls; there must be none. */
export async function missed(key: string): Promise<User> {
  throw new Error(`${key} was to be a hit.`);
}
