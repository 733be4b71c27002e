export type { DeadLetterPage, DeadLetters } from './dead-letters.js';
export type { TenantQueue } from './tenant-queue.js';
export type {
  DeadLetter,
  FlushContext,
  WriteBehindFigures,
  WriteBehindItem,
  WriteBehindOptions,
} from './types.js';
export { createWriteBehind, WriteBehind } from './write-behind.js';
