import { setTimeout as sleep } from 'node:timers/promises';
import type { RelationalProvider } from '../relational/index.js';
import { Wake } from '../wake/index.js';
import type { Ledger } from './ledger.js';
import type { Place } from './position.js';
import { type Piece, Ring } from './ring.js';

export interface LookoutOptions {
  /** Milliseconds between two looks when nothing hints; without notifications at most a quarter of it. @default 1000 */
  readonly pollMs?: number;
  /** Events that are kept for those who are a little behind. @default 10000 */
  readonly keptEvents?: number;
}

/** After a hint and after each look a moment more: more may come, and one look tells it all. */
const SETTLE_MS = 10;
/** Transactions that overlap hint once, so the looks that follow one come soon. */
const SOON_MS = 50;

/**
 * Looks at the ledger for all followers in this process, whichever tenants they follow: one statement a look. What it
 * finds lies in a ring, from which each follower takes what is its tenant's.
 */
export class Lookout {
  readonly ring: Ring;
  readonly #relational: RelationalProvider;
  readonly #ledger: Ledger;
  readonly #pollMs: number;
  readonly #followed = new Map<string, number>();
  readonly #news = new Set<() => void>();
  readonly #wake = new Wake();
  readonly #stopping = new AbortController();
  #head: Place | undefined;
  #era = 0;
  #looks = 0;
  #looking: Promise<void> | undefined;
  #fresh: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #listening: Promise<(() => Promise<void>) | undefined> | undefined;

  constructor(relational: RelationalProvider, ledger: Ledger, options: LookoutOptions = {}) {
    this.#relational = relational;
    this.#ledger = ledger;
    this.#pollMs = options.pollMs ?? 1000;
    this.ring = new Ring(options.keptEvents ?? 10_000);
  }

  /** Where the latest look ended. All that followed tenants did before lies in the ring, or did when it was new. */
  get head(): Place | undefined {
    return this.#head;
  }

  /** Another when the server became another: positions of the one before say nothing here. */
  get era(): number {
    return this.#era;
  }

  /** Statements sent so far. */
  get looks(): number {
    return this.#looks;
  }

  /** From the next fresh look on, until it is left, what the tenant does is told. */
  join(tenantId: string): void {
    this.#followed.set(tenantId, (this.#followed.get(tenantId) ?? 0) + 1);
    this.#listening ??= this.#relational
      .listen('aquifer_changes', () => this.#wake.ring())
      .catch(() => undefined);
    this.#running ??= this.#run();
  }

  leave(tenantId: string): void {
    const followers = (this.#followed.get(tenantId) ?? 0) - 1;
    if (followers > 0) this.#followed.set(tenantId, followers);
    else this.#followed.delete(tenantId);
    if (this.#followed.size === 0) this.#wake.ring();
  }

  /** A look that begins after this call. */
  fresh(): Promise<void> {
    this.#fresh ??= this.#afterThisLook();
    return this.#fresh;
  }

  /** Resolves when a piece came, or the era ended. */
  async news(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const told = () => {
        this.#news.delete(told);
        signal.removeEventListener('abort', told);
        resolve();
      };
      this.#news.add(told);
      signal.addEventListener('abort', told, { once: true });
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#tell();
    await this.#running;
    await (await this.#listening)?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const longest = (await this.#listening) ? this.#pollMs : this.#pollMs / 4;
    let quiet = 0;
    let failures = 0;
    while (!signal.aborted && this.#followed.size > 0) {
      const before = this.ring.last;
      try {
        await this.fresh();
        failures = 0;
      } catch {
        failures++;
      }
      quiet = this.ring.last > before ? 0 : quiet + 1;
      const wait = failures > 0 ? this.#pollMs : Math.min(SOON_MS * 2 ** quiet, longest);
      const since = performance.now();
      await this.#wake.wait(wait, signal);
      if (performance.now() - since < wait) quiet = 0;
      if (!signal.aborted) await sleep(SETTLE_MS);
    }
    // Nobody follows: who comes next begins with a look of his own.
    this.#running = undefined;
    this.#head = undefined;
    this.ring.clear();
  }

  async #afterThisLook(): Promise<void> {
    await this.#looking?.catch(() => undefined);
    this.#fresh = undefined;
    this.#looking = this.#look();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const since = this.#head;
    this.#looks++;
    const { until, here, lost, events } = await this.#ledger.look([...this.#followed.keys()], since);
    this.#head = { server: here, at: until };
    if (lost) this.#endEra();
    else if (since && Object.keys(events).length > 0) {
      this.#push({ since: since.at, until, events: new Map(Object.entries(events)) });
    }
  }

  #push(piece: Piece): void {
    this.ring.push(piece);
    this.#tell();
  }

  #endEra(): void {
    this.#era++;
    this.ring.clear();
    this.#tell();
  }

  #tell(): void {
    for (const told of [...this.#news]) told();
  }
}
