/** Milliseconds on the monotonic clock of the machine, which all of its processes share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

interface Version {
  readonly number: number;
  readonly writer: string;
  /** When the writer had resolved: for that process the older ones are wrong from then on. */
  resolvedAt: number | undefined;
  /** When it was certain that everybody would be told: for others the older ones are wrong `bound` later. */
  confirmedAt: number | undefined;
}

export interface Violation {
  readonly key: string;
  readonly served: number;
  readonly truth: number;
  readonly reader: string;
  /** Milliseconds between the confirmation and the begin of the call. */
  readonly staleMs: number;
  readonly allowedMs: number;
  readonly how: string;
}

/**
 * Judges from outside what caches serve. The truth of a key is a number that grows; each new number has one writer.
 *
 * The rule: a call that BEGAN at time t and gave the number n of a key is wrong if the truth has a number m > n
 * - whose writer is the process that called, and whose removal (or `set`) there had resolved, to whatever, before t; or
 * - that was confirmed more than `bound` ms before t. Confirmed is: committed, and the removal resolved to true; where
 *   it resolved to false, the moment when its process had nothing pending any more (the store had answered again);
 *   where removal is left to the events of the database, the moment of the commit.
 * A writer that died before either confirms nothing: what it wrote counts with the next number that is confirmed.
 */
export class ServedValues {
  readonly violations: Violation[] = [];
  calls = 0;
  /** How many calls were how stale: upper ends in ms. */
  readonly histogram = new Map<number, number>();
  readonly #boundMs: number;
  readonly #versions = new Map<string, Version[]>();

  constructor(boundMs: number) {
    this.#boundMs = boundMs;
  }

  /** Before the commit: from here on it may be served. */
  writing(key: string, number: number, writer: string): void {
    const versions = this.#versions.get(key) ?? [];
    versions.push({ number, writer, resolvedAt: undefined, confirmedAt: undefined });
    this.#versions.set(key, versions);
  }

  resolved(key: string, number: number, at: number): void {
    const version = this.#version(key, number);
    if (version) version.resolvedAt = at;
  }

  confirmed(key: string, number: number, at: number): void {
    const version = this.#version(key, number);
    if (version) version.confirmedAt = at;
  }

  /** @param begun when the call was made */
  served(key: string, number: number, reader: string, begun: number, how: string): void {
    this.calls++;
    let stalest = 0;
    for (const version of this.#versions.get(key) ?? []) {
      if (version.number <= number) continue;
      const own = version.writer === reader ? begun - (version.resolvedAt ?? begun) : 0;
      const others = begun - (version.confirmedAt ?? begun);
      stalest = Math.max(stalest, own, others);
      if (own > 0) this.#wrong({ key, number, reader, how }, version.number, own, 0);
      else if (others > this.#boundMs) {
        this.#wrong({ key, number, reader, how }, version.number, others, this.#boundMs);
      }
    }
    const bucket = BUCKETS.find((end) => stalest <= end) ?? Number.POSITIVE_INFINITY;
    this.histogram.set(bucket, (this.histogram.get(bucket) ?? 0) + 1);
  }

  report(): string {
    const lines = [...BUCKETS, Number.POSITIVE_INFINITY].map(
      (end) => `${end === 0 ? 'not stale' : `up to ${end} ms`}: ${this.histogram.get(end) ?? 0}`,
    );
    return `${this.calls} values served; how stale: ${lines.join(', ')}`;
  }

  #version(key: string, number: number): Version | undefined {
    return this.#versions.get(key)?.find((version) => version.number === number);
  }

  #wrong(
    { key, number, reader, how }: { key: string; number: number; reader: string; how: string },
    truth: number,
    staleMs: number,
    allowedMs: number,
  ): void {
    this.violations.push({ key, served: number, truth, reader, staleMs, allowedMs, how });
  }
}

const BUCKETS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
