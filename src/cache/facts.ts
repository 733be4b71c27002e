import type { EntryFacts, Timed } from './memory/entry.js';
import type { Policy } from './options.js';
import type { Envelope } from './store/envelope.js';

/** A value that was made just now. */
export function timed(value: unknown, policy: Policy, fillMs: number): Timed {
  const ttlMs = value === null ? Math.min(policy.nullTtlMs, policy.ttlMs) : policy.ttlMs;
  return { value, createdAt: Date.now(), freshMs: ttlMs * (1 - policy.jitter * Math.random()), fillMs };
}

/** Milliseconds after its begin for which a value is of any use. */
export function usefulMs({ freshMs }: Timed, policy: Policy): number {
  return freshMs + Math.max(policy.swrMs, policy.graceMs);
}

export function isFresh({ createdAt, freshMs }: Timed): boolean {
  return Date.now() < createdAt + freshMs;
}

export function inGrace({ createdAt, freshMs }: Timed, { graceMs, swrMs }: Policy): boolean {
  return Date.now() < createdAt + freshMs + Math.max(graceMs, swrMs);
}

export function timedOf({ value, createdAt, freshMs, fillMs }: Envelope): Timed {
  return { value, createdAt, freshMs, fillMs };
}

/** What this process remembers of it. @param since when it was certainly the truth, by `performance.now()` */
export function entryFacts(value: Timed, policy: Policy, tags: readonly string[], since: number): EntryFacts {
  const now = performance.now();
  const freshUntil = now + value.freshMs - Math.max(0, Date.now() - value.createdAt);
  const copyUntil = Math.min(freshUntil, now + policy.l1TtlMs);
  // A copy that ended before its value asks the shared tier, and serves as stale only when that fails.
  const revalidateUntil = copyUntil < freshUntil ? copyUntil : freshUntil + policy.swrMs;
  return {
    value: value.value,
    createdAt: value.createdAt,
    freshMs: value.freshMs,
    fillMs: value.fillMs,
    since,
    freshUntil: copyUntil,
    revalidateUntil,
    refreshAhead: policy.refreshAhead,
    tags,
  };
}
