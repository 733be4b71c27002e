import type { UsageDay } from '../../api/usage.js';

const DAY_MS = 86_400_000;

/** The last days up to today, UTC, as `2026-01-31`, the oldest first. */
export function daysBetween(number: number): string[] {
  const today = Date.now();
  return Array.from({ length: number }, (_, at) =>
    new Date(today - (number - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
}

export function sumOf(used: readonly UsageDay[], field: 'requests' | 'texts' | 'tokens' | 'cost'): number {
  return used.reduce((sum, day) => sum + day[field], 0);
}
