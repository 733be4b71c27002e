import { setTimeout as pause } from 'node:timers/promises';
import { isAquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { Alarm } from './alarm.js';
import { backoff } from './backoff.js';
import { Claim, contextOf } from './claim.js';
import { Delivery, type DeliveryDependencies } from './delivery.js';
import { NEXT_DUE } from './queries.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** What is due and claimed by nobody may be locked for a moment. */
const SHORTEST_WAIT_MS = 5;

type Round = 'nothing' | 'done' | 'away';

/** Flushes what is due, whoever put it; waits while nothing is, and longer and longer while the destination is away. */
export class Flusher<V> {
  readonly #relational: RelationalProvider;
  readonly #deps: Omit<DeliveryDependencies<V>, 'stopping'>;
  readonly #alarm = new Alarm();
  readonly #stopping = new AbortController();
  readonly #ending = new AbortController();
  readonly #looping: Promise<void>;
  #round: Promise<unknown> = Promise.resolve();
  #fresh = 0;
  #failures = 0;

  constructor(relational: RelationalProvider, deps: Omit<DeliveryDependencies<V>, 'stopping'>) {
    this.#relational = relational;
    this.#deps = deps;
    this.#looping = this.#loop();
  }

  /** Something was put; of so many keys nothing waited before. */
  put(added: number): void {
    const { batch, waitMs } = this.#deps.settings;
    this.#fresh += added;
    this.#alarm.setWithin(this.#fresh >= batch ? 0 : waitMs);
  }

  /** Something may be due now. */
  hint(): void {
    this.#alarm.setWithin(0);
  }

  /** Flushes what waits and has not failed, due or not; stops when the destination is away or the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.#inTurn(() => this.#flushRound({ early: true }))) === 'done');
  }

  /** Ends the loop, then flushes the rest for at most `closeTimeoutMs`. */
  async close(): Promise<void> {
    this.#stopping.abort();
    const { closeTimeoutMs } = this.#deps.settings;
    if (closeTimeoutMs === 0) this.#ending.abort();
    const timer = setTimeout(() => this.#ending.abort(), closeTimeoutMs);
    try {
      await this.#looping;
      await this.drain(this.#ending.signal);
    } catch (error) {
      this.#deps.report(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        this.#deps.report(error);
        if (isAquiferError(error, 'AQF_LAYER_CLOSED')) return;
        await this.#pause(signal);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    const early = this.#fresh >= this.#deps.settings.batch;
    const round = await this.#inTurn(() => this.#flushRound({ early }));
    if (round === 'away') return this.#pause(signal);
    this.#failures = 0;
    if (round === 'nothing') await this.#alarm.wait(await this.#untilNext(), signal);
  }

  async #flushRound(when: { readonly early: boolean }): Promise<Round> {
    const { settings } = this.#deps;
    const claim = await Claim.take<V>(this.#relational, settings, when);
    this.#fresh = Math.max(0, this.#fresh - claim.items.length);
    // Nothing is left then that could be flushed before its time.
    if (when.early && claim.items.length < settings.batch) this.#fresh = 0;
    if (claim.items.length === 0) return 'nothing';
    const stopping = this.#ending.signal;
    return (await new Delivery({ ...this.#deps, stopping }, claim).run()) ? 'done' : 'away';
  }

  async #untilNext(): Promise<number> {
    const { settings } = this.#deps;
    const statement = { ...NEXT_DUE, values: [settings.name] };
    const { rows } = await this.#relational.query<{ ms: number | null }>(contextOf(settings), statement);
    return Math.max(SHORTEST_WAIT_MS, Math.min(settings.pollMs, rows[0]?.ms ?? settings.pollMs));
  }

  /** No hint makes this shorter. */
  async #pause(signal: AbortSignal): Promise<void> {
    const ms = backoff(++this.#failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }

  /** One round at a time. */
  #inTurn<T>(round: () => Promise<T>): Promise<T> {
    const result = this.#round.then(round);
    this.#round = result.catch(() => undefined);
    return result;
  }
}
