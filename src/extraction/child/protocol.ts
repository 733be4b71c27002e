import type { WireError } from '../../threads/index.js';
import type { ExtractionSource } from '../context.js';
import type { ExtractedDocument } from '../document.js';
import type { ExtractionLimits } from '../limits.js';

/** What the parent sends: one file at a time. */
export interface ExtractionJob {
  readonly source: ExtractionSource;
  readonly limits: ExtractionLimits;
}

/** What the child sends: once that it is up, then one answer for each job. */
export type ChildMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly document: ExtractedDocument; readonly memory: ChildMemory }
  | { readonly type: 'failed'; readonly error: WireError; readonly memory: ChildMemory };

/** Resident memory of the child in bytes. */
export interface ChildMemory {
  readonly now: number;
  /** Since the process began. */
  readonly peak: number;
}

/** Handed to the watchdog thread. */
export interface WatchdogData {
  readonly memoryMb: number;
  /** One 64-bit float: the highest resident memory seen, in bytes. */
  readonly peak: SharedArrayBuffer;
}

/**
 * The signal by which the watchdog ends the child when it passes its memory limit. Its default action
 * ends a process even while JavaScript is busy, and nothing else sends it.
 */
export const MEMORY_SIGNAL = 'SIGUSR2';
