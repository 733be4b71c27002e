import { randomUUID } from 'node:crypto';
import type { CacheStore, LeaseKey, LeaseState, StoreEntry } from '../store.js';

/** The stores under test, two on one backend; they are open only while tests run. */
export interface OpenedStores {
  readonly store: CacheStore;
  /** As another process would open it. */
  readonly other: CacheStore;
}

export type Opened = () => OpenedStores;

/** Longer than any test. */
export const LONG_MS = 60_000;

/** Short, and still longer than a round trip. */
export const SHORT_MS = 60;

/** A name that nothing else uses. */
export function fresh(label = 'key'): string {
  return `${randomUUID()}|${label}`;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Values as text, so that what differs can be read: providers may answer with any kind of Uint8Array. */
export function textOf(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

export function entry(key: string, text: string, ttlMs = LONG_MS): StoreEntry {
  return { key, value: bytes(text), ttlMs };
}

export async function readText(store: CacheStore, key: string): Promise<string | undefined> {
  return textOf((await store.read([key], [])).values[0]);
}

export interface Leased {
  readonly token: string;
  readonly states: readonly LeaseState[];
  readonly marks: readonly string[];
}

/** Asks for keys under a token of its own. */
export async function leaseAll(
  store: CacheStore,
  keys: readonly LeaseKey[],
  { marks = [], ttlMs = LONG_MS }: { readonly marks?: readonly string[]; readonly ttlMs?: number } = {},
): Promise<Leased> {
  const token = randomUUID();
  const reply = await store.lease({ keys, marks, token, ttlMs });
  return { token, states: reply.keys, marks: reply.marks };
}

/** One key: its state, and the token it was asked for with. */
export async function leaseOne(
  store: CacheStore,
  key: string,
  { seen, ttlMs = LONG_MS }: { readonly seen?: string; readonly ttlMs?: number } = {},
): Promise<LeaseState & { readonly token: string; readonly granted: boolean }> {
  const { token, states } = await leaseAll(store, [seen === undefined ? { key } : { key, seen }], { ttlMs });
  const [state] = states;
  if (!state) throw new Error('the store answered with no state for the key');
  return { ...state, token, granted: state.holder === token };
}

/** Fills one key: whether it was stored. */
export async function fillOne(
  store: CacheStore,
  key: string,
  ...[text, token]: [text: string, token: string]
): Promise<boolean | undefined> {
  return (await store.fill([entry(key, text)], token))[0];
}

/** Waits until `holds`, and fails when it does not in ten seconds. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves when whatever was given `ttlMs` before the call must have ended. */
export async function ended(store: CacheStore, ttlMs: number): Promise<void> {
  const twin = fresh('twin');
  await leaseOne(store, twin, { ttlMs });
  await eventually('a lease ends', async () => (await leaseOne(store, twin)).granted);
}
