import type { Invalidation, LogEntry } from '../store/store.js';

/** Who appended, where that is nobody who caches. */
const FEED = 'feed';

export function writtenEntry({ keys, marks }: Invalidation, origin: string): string {
  return JSON.stringify({ keys, marks, origin, fed: false } satisfies LogEntry);
}

export function fedEntry({ keys, marks }: Invalidation): string {
  return JSON.stringify({ keys, marks, origin: FEED, fed: true } satisfies LogEntry);
}

export function readEntry(text: string): LogEntry {
  return JSON.parse(text) as LogEntry;
}
