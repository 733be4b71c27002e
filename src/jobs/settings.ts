/** How a queue serves; all times in milliseconds. */
export interface QueueSettings {
  /** Times a turn that rejects is begun before it counts as failed. */
  readonly attempts: number;
  /** Wait before the second attempt; it doubles with each. */
  readonly backoffMs: number;
  /** For how long a turn belongs to a process that gives no sign; one that was killed has its turns taken over then. */
  readonly lockMs: number;
}

export const DEFAULT_SETTINGS: QueueSettings = { attempts: 5, backoffMs: 1000, lockMs: 30_000 };

/** What the workers of both backends have in common, as BullMQ names it. */
export function workerOptions({ lockMs }: QueueSettings, concurrency: number) {
  return {
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    // A turn that ends its process is found out by what it works on: each document counts how often it was tried.
    maxStalledCount: 2 ** 31 - 1,
    runRetryDelay: 1000,
  };
}
