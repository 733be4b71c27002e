interface Job {
  /** Its turn has come. */
  start(): void;
  refuse(reason: unknown): void;
}

interface Lane {
  readonly waiting: Set<Job>;
  running: number;
  /** Of the clock of `performance.now()`. */
  pausedUntil: number;
}

/**
 * Lets at most so many pieces of work run at once, the tenants taking turns. A tenant that is paused waits
 * without holding a place. One that has nothing running goes ahead of the bound, up to twice of it, so that
 * slow work of others does not hold it up.
 */
export class FairQueue {
  /** In the order of their turns. */
  readonly #lanes = new Map<string, Lane>();
  readonly #maxConcurrency: number;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(maxConcurrency: number) {
    this.#maxConcurrency = maxConcurrency;
  }

  /** Runs `work` when it is the tenant's turn; rejects with the signal's reason when that aborts before. */
  async run<T>(tenant: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(tenant, signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#lane(tenant).running--;
      this.#startNext();
    }
  }

  /** Starts nothing of this tenant for so long. Milliseconds. */
  pause(tenant: string, ms: number): void {
    const lane = this.#lane(tenant);
    lane.pausedUntil = Math.max(lane.pausedUntil, performance.now() + ms);
    this.#startNext();
  }

  /** How long nothing of this tenant starts. Milliseconds. */
  pausedFor(tenant: string): number {
    const until = this.#lanes.get(tenant)?.pausedUntil ?? 0;
    return Math.max(0, until - performance.now());
  }

  #turn(tenant: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const { waiting } = this.#lane(tenant);
      const leave = () => {
        waiting.delete(job);
        signal.removeEventListener('abort', abort);
      };
      const job: Job = {
        start: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(reason);
          this.#startNext();
        },
      };
      const abort = () => job.refuse(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      waiting.add(job);
      this.#startNext();
    });
  }

  #startNext(): void {
    const now = performance.now();
    for (let next = this.#next(now); next; next = this.#next(now)) {
      const [tenant, lane, job] = next;
      this.#running++;
      lane.running++;
      // Its next turn comes after everybody else's.
      this.#lanes.delete(tenant);
      this.#lanes.set(tenant, lane);
      job.start();
    }
    this.#wakeForPaused(now);
  }

  #next(now: number): [string, Lane, Job] | undefined {
    for (const [tenant, lane] of this.#lanes) {
      const [job] = lane.waiting;
      if (job && lane.pausedUntil <= now && this.#hasRoom(lane)) return [tenant, lane, job];
      if (!job && lane.running === 0 && lane.pausedUntil <= now) this.#lanes.delete(tenant);
    }
    return undefined;
  }

  #hasRoom(lane: Lane): boolean {
    return this.#running < this.#maxConcurrency * (lane.running === 0 ? 2 : 1);
  }

  #wakeForPaused(now: number): void {
    clearTimeout(this.#timer);
    const paused = [...this.#lanes.values()].filter(
      ({ waiting, pausedUntil }) => waiting.size > 0 && pausedUntil > now,
    );
    if (paused.length === 0) return;
    const first = Math.min(...paused.map(({ pausedUntil }) => pausedUntil));
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(first - now));
  }

  #lane(tenant: string): Lane {
    const lane = this.#lanes.get(tenant) ?? { waiting: new Set(), running: 0, pausedUntil: 0 };
    this.#lanes.set(tenant, lane);
    return lane;
  }
}
