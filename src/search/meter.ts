/** How long the last searches took, by phase, and how many there were. */
export interface SearchFigures {
  /** By mode. */
  readonly searches: Readonly<Record<string, number>>;
  /** Those that gave fewer results than were asked for, by mode. */
  readonly short: Readonly<Record<string, number>>;
  /** Seconds of the last searches: as a whole, and of each phase within the database. */
  readonly seconds: Readonly<Record<string, Readonly<Record<'0.5' | '0.95' | '0.99', number>>>>;
}

const KEPT = 1000;

/** Counts searches. It keeps the last 1,000 times of each phase. */
export class SearchMeter {
  readonly #searches = new Map<string, number>();
  readonly #short = new Map<string, number>();
  readonly #times = new Map<string, { readonly ring: Float64Array; count: number }>();

  note(mode: string, totalMs: number, phases: Readonly<Record<string, number>>, isShort: boolean): void {
    add(this.#searches, mode);
    if (isShort) add(this.#short, mode);
    this.#keep('total', totalMs);
    for (const [phase, ms] of Object.entries(phases)) this.#keep(phase, ms);
  }

  figures(): SearchFigures {
    return {
      searches: Object.fromEntries(this.#searches),
      short: Object.fromEntries(this.#short),
      seconds: Object.fromEntries(
        [...this.#times].map(([phase, { ring, count }]) => [phase, quantiles(ring, count)]),
      ),
    };
  }

  #keep(phase: string, ms: number): void {
    const times = this.#times.get(phase) ?? { ring: new Float64Array(KEPT), count: 0 };
    times.ring[times.count % KEPT] = ms / 1000;
    times.count += 1;
    this.#times.set(phase, times);
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function quantiles(ring: Float64Array, count: number) {
  const sorted = ring.slice(0, Math.min(count, KEPT)).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { '0.5': at(0.5), '0.95': at(0.95), '0.99': at(0.99) };
}
