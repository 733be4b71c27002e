/** Where progress is shown; `process.stderr` is one. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What a display shows, already counted. */
export interface ProgressState {
  readonly label: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number | undefined;
  /** Items a second. */
  readonly rate: number | undefined;
  readonly elapsedMs: number;
  readonly detail: string;
}

/** One way of showing progress. */
export interface ProgressDisplay {
  show(state: ProgressState): void;
  note(line: string): void;
  finish(state: ProgressState): void;
}
