import type { Cluster, Redis } from 'ioredis';
import type {
  Invalidation,
  LeaseKey,
  LeaseReply,
  LeaseRequest,
  LeaseState,
  StoreEntry,
} from '../store/store.js';
import { bytesOf } from './bytes.js';
import type { RedisKeys } from './keys.js';
import { FAILURE_TTL_MS, lifetime, MARK_REFRESH_MS, MARK_TTL_MS } from './limits.js';
import { runScript, type ScriptArgument, type ScriptReply } from './run-script.js';
import { FILL, LEASE, RELEASE, RENEW } from './scripts.js';
import { newToken } from './tokens.js';

/** Asks for leases of keys that one server, in a cluster one slot, holds. */
export async function leaseKeys(
  connection: Redis | Cluster,
  names: RedisKeys,
  request: LeaseRequest,
): Promise<LeaseReply> {
  const { keys, marks, token, ttlMs } = request;
  const keyed = [
    ...marks.map((mark) => names.mark(mark)),
    ...keys.flatMap(({ key }) => leaseNames(names, key)),
  ];
  const fixed = [marks.length, token, lifetime(ttlMs), newToken(), MARK_TTL_MS, MARK_REFRESH_MS];
  const reply = await runScript(connection, LEASE, keyed, [...fixed, ...keys.map(({ seen }) => seen ?? '')]);
  return readLeases(reply as (Buffer | null)[], keys, marks.length);
}

export async function renewLeases(
  connection: Redis | Cluster,
  leases: readonly string[],
  token: string,
  ttlMs: number,
) {
  await runScript(connection, RENEW, leases, [token, lifetime(ttlMs)]);
}

export async function fillKeys(
  connection: Redis | Cluster,
  names: RedisKeys,
  fills: readonly StoreEntry[],
  token: string,
): Promise<boolean[]> {
  const reply = await runScript(connection, FILL, storedNames(names, fills), [
    token,
    ...storedArguments(fills),
  ]);
  return (reply as ScriptReply[]).map((stored) => stored === 1);
}

export async function releaseLeases(
  connection: Redis | Cluster,
  names: RedisKeys,
  keys: readonly string[],
  token: string,
  failure: Uint8Array | undefined,
): Promise<void> {
  const keyed = keys.flatMap((key) => [names.lease(key), names.failure(key)]);
  await runScript(connection, RELEASE, keyed, failure ? [token, bytesOf(failure), FAILURE_TTL_MS] : [token]);
}

/** Value and lease of each entry, as KEYS of scripts. */
export function storedNames(names: RedisKeys, entries: readonly StoreEntry[]): string[] {
  return entries.flatMap(({ key }) => [names.value(key), names.lease(key)]);
}

/** Value and milliseconds of each entry, as ARGV of scripts. */
export function storedArguments(entries: readonly StoreEntry[]): ScriptArgument[] {
  return entries.flatMap(({ value, ttlMs }) => [bytesOf(value), lifetime(ttlMs)]);
}

/** What the scripts that drop are given: KEYS and ARGV behind their own. */
export function dropped(names: RedisKeys, { keys, marks }: Invalidation) {
  const removed = keys.flatMap((key) => [names.value(key), names.lease(key)]);
  return {
    keys: [...removed, ...marks.map((mark) => names.mark(mark))],
    args: [removed.length, newToken(), MARK_TTL_MS],
  };
}

function leaseNames(names: RedisKeys, key: string): string[] {
  return [names.value(key), names.lease(key), names.failure(key)];
}

function readLeases(reply: readonly (Buffer | null)[], keys: readonly LeaseKey[], marks: number): LeaseReply {
  const states = keys.map((_, index) => leaseState(reply.slice(marks + index * 3, marks + index * 3 + 3)));
  return { keys: states, marks: reply.slice(0, marks).map(String) };
}

function leaseState([holder, value, failure]: readonly (Buffer | null)[]): LeaseState {
  const state = { holder: holder?.toString(), value: value ?? undefined };
  return failure ? { ...state, failure } : state;
}
