import { type DurationFigures, Durations } from './durations.js';
import type { SearchMode, ShortReason } from './types.js';

/** One search, as the meter hears of it. Milliseconds. */
export interface MeteredSearch {
  readonly mode: SearchMode;
  /** Passages of documents, or rows of entities. */
  readonly of: 'documents' | 'rows';
  readonly totalMs: number;
  /** Of each phase: embedding the question, and those within the database. */
  readonly phases: Readonly<Record<string, number>>;
  /** Why there were fewer results than were asked for. */
  readonly short?: ShortReason | 'few-rows' | undefined;
  /** Ways to the nearest, a space each; only where the search was in the sample. */
  readonly routes?: readonly string[] | undefined;
}

/** What a process has searched since its start, and how long it took. */
export interface SearchFigures {
  readonly searches: readonly SearchCount[];
  /** Those that gave fewer results than were asked for. */
  readonly short: readonly ShortCount[];
  /** Ways to the nearest, by name; `lexical` where words alone were asked for. */
  readonly routes: Readonly<Record<string, number>>;
  /** By phase; `total` is the whole call. */
  readonly durations: Readonly<Record<string, DurationFigures>>;
}

export interface SearchCount {
  readonly mode: SearchMode;
  readonly of: 'documents' | 'rows';
  readonly searches: number;
}

export interface ShortCount {
  readonly mode: SearchMode;
  readonly reason: string;
  readonly searches: number;
}

/** Counts searches. */
export class SearchMeter {
  readonly #searches = new Map<string, SearchCount>();
  readonly #short = new Map<string, ShortCount>();
  readonly #routes = new Map<string, number>();
  readonly #durations = new Map<string, Durations>();

  note({ mode, of, totalMs, phases, short, routes = [] }: MeteredSearch): void {
    const searches = this.#searches.get(`${mode} ${of}`)?.searches ?? 0;
    this.#searches.set(`${mode} ${of}`, { mode, of, searches: searches + 1 });
    if (short !== undefined) this.#noteShort(mode, short);
    for (const route of routes) this.#routes.set(route, (this.#routes.get(route) ?? 0) + 1);
    this.#time('total', totalMs);
    for (const [phase, ms] of Object.entries(phases)) this.#time(phase, ms);
  }

  figures(): SearchFigures {
    return {
      searches: [...this.#searches.values()],
      short: [...this.#short.values()],
      routes: Object.fromEntries(this.#routes),
      durations: Object.fromEntries([...this.#durations].map(([phase, times]) => [phase, times.figures()])),
    };
  }

  #noteShort(mode: SearchMode, reason: string): void {
    const searches = this.#short.get(`${mode} ${reason}`)?.searches ?? 0;
    this.#short.set(`${mode} ${reason}`, { mode, reason, searches: searches + 1 });
  }

  #time(phase: string, ms: number): void {
    const times = this.#durations.get(phase) ?? new Durations();
    times.add(ms / 1000);
    this.#durations.set(phase, times);
  }
}
