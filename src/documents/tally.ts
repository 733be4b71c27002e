import type { AquiferError } from '../errors/index.js';
import type { IngestFilesResult, IngestProgress } from './types.js';

/** Counts what happened and tells the listener. */
export class Tally {
  readonly #listener: ((progress: IngestProgress) => void) | undefined;
  readonly #counts = { added: 0, updated: 0, unchanged: 0, pruned: 0, chunksAdded: 0 };
  readonly #failed: { file: string; error: AquiferError }[] = [];

  constructor(listener: ((progress: IngestProgress) => void) | undefined) {
    this.#listener = listener;
  }

  record(progress: IngestProgress): void {
    if (progress.kind === 'ingested') {
      this.#counts[progress.result.status]++;
      this.#counts.chunksAdded += progress.result.chunks.added;
    }
    if (progress.kind === 'failed') this.#failed.push({ file: progress.file, error: progress.error });
    if (progress.kind === 'pruned') this.#counts.pruned++;
    this.#listener?.(progress);
  }

  result(aborted: boolean): IngestFilesResult {
    return { ...this.#counts, failed: this.#failed, aborted };
  }
}
