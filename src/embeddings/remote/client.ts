import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, Circuit, exchange, type Outcome, spread } from '../../endpoints/index.js';
import { messageOf } from '../../errors/index.js';
import type { EmbeddingModel } from '../embedder.js';
import { useOf } from '../usage/use.js';
import { failed, leftAlone, Refusal, rateLimited } from './failures.js';
import { FairQueue } from './fair-queue.js';
import type { Protocol, ProviderAnswer } from './protocol.js';
import { causeOf, saysTooLong } from './refusal-cause.js';
import type { RemoteSettings } from './settings.js';
import { checkedVector } from './vectors.js';

/** One text, about so many tokens long. */
export interface Input {
  readonly text: string;
  readonly tokens: number;
}

/** What a text is embedded as. */
export type Role = 'passage' | 'query';

/** On whose behalf a request is made, and what for; `signal` ends it. */
export interface Caller {
  readonly tenantId: string | undefined;
  readonly role: Role;
  readonly signal: AbortSignal;
}

/** The vectors that came, by the places of the inputs. */
export type Vectors = ReadonlyMap<number, Float32Array>;

interface Patience {
  retries: number;
  /** Milliseconds of waiting for the limit of rate. */
  limitedMs: number;
}

/** Asks a provider: in turn, again where that helps, and not while it fails. */
export class Client {
  readonly circuit: Circuit;
  readonly #model: EmbeddingModel;
  readonly #protocol: Protocol;
  readonly #settings: RemoteSettings;
  readonly #queue: FairQueue;

  constructor(model: EmbeddingModel, protocol: Protocol, settings: RemoteSettings) {
    this.#model = model;
    this.#protocol = protocol;
    this.#settings = settings;
    this.#queue = new FairQueue(settings.maxConcurrency);
    this.circuit = new Circuit(settings.circuit);
  }

  /**
   * The vectors of the inputs, as many as came.
   * @throws a Refusal; AQF_EMBEDDING_FAILED; AQF_EMBEDDING_RATE_LIMITED; AQF_VECTOR_DIMENSIONS; the reason of
   *   the signal
   */
  async ask(inputs: readonly Input[], caller: Caller): Promise<Vectors> {
    const left: Patience = { retries: this.#settings.retries, limitedMs: this.#settings.rateLimitWaitMs };
    for (let attempt = 0; ; attempt++) {
      this.#assertSoon(caller);
      const outcome = await this.#turn(inputs, caller);
      if (outcome.kind === 'answered') return this.#accept(inputs, outcome.answer);
      if (outcome.kind === 'left alone') throw leftAlone(this.#model.id, outcome.waitMs);
      if (outcome.kind === 'limited') this.#pause(outcome, attempt, left, caller);
      else if (outcome.kind === 'failed') await this.#waitToRetry(outcome, attempt, left, caller);
      else if (!this.#protocol.adapt?.(outcome.reason)) {
        const { reason, status } = outcome;
        throw new Refusal(this.#model.id, reason, status, causeOf(reason, status));
      }
    }
  }

  /** A tenant that is to wait for longer than a call would is told so at once. */
  #assertSoon(caller: Caller): void {
    const wait = this.#queue.pausedFor(laneOf(caller));
    // Waits are spread by up to a second beyond what was asked for.
    if (wait <= this.#settings.rateLimitWaitMs + 1000) return;
    throw rateLimited(this.#model.id, 'as it said before', wait);
  }

  #turn(inputs: readonly Input[], caller: Caller) {
    const attempt = () => this.circuit.through(() => this.#attempt(inputs, caller));
    return this.#queue.run(laneOf(caller), attempt, caller.signal);
  }

  async #attempt(inputs: readonly Input[], caller: Caller): Promise<Outcome<Vectors>> {
    const { fetch, timeoutMs } = this.#settings;
    const request = this.#protocol.request(inputs.map(({ text }) => text));
    const { signal } = caller;
    const outcome = await exchange(request, { fetch, timeoutMs, signal, refuses: saysTooLong });
    return outcome.kind === 'answered' ? this.#read(inputs, outcome.answer, caller) : outcome;
  }

  #read(inputs: readonly Input[], body: unknown, { tenantId }: Caller): Outcome<Vectors> {
    const answer = this.#readAnswer(inputs, body);
    if (typeof answer === 'string') {
      return { kind: 'failed', reason: answer, status: undefined, retryAfterMs: undefined };
    }
    const { vectors, tokens = sum(inputs) } = answer;
    this.#settings.onUse(useOf(this.#model, tenantId, { texts: inputs.length, tokens }));
    return { kind: 'answered', answer: vectors };
  }

  /** The reason when there is nothing to be read. */
  #readAnswer(inputs: readonly Input[], body: unknown): ProviderAnswer | string {
    try {
      return this.#protocol.read(body, inputs.length);
    } catch (error) {
      return `an answer that cannot be read (${messageOf(error)})`;
    }
  }

  #accept(inputs: readonly Input[], vectors: Vectors): Vectors {
    const accepted = new Map<number, Float32Array>();
    for (const [place] of inputs.entries()) {
      const vector = vectors.get(place);
      if (vector) accepted.set(place, checkedVector(this.#model, vector));
    }
    return accepted;
  }

  /** The next turn of this tenant comes when the provider allows; the others take theirs. */
  #pause(
    outcome: Outcome<Vectors> & { kind: 'limited' },
    attempt: number,
    left: Patience,
    caller: Caller,
  ): void {
    const wait = outcome.retryAfterMs ?? 1000 + backoffMs(attempt);
    this.#queue.pause(laneOf(caller), spread(wait));
    // A wait of nothing must not become a loop without end.
    left.limitedMs -= Math.max(wait, 10);
    if (left.limitedMs < 0) throw rateLimited(this.#model.id, outcome.reason, wait);
  }

  async #waitToRetry(
    { reason, retryAfterMs = 0 }: Outcome<Vectors> & { kind: 'failed' },
    attempt: number,
    left: Patience,
    { signal }: Caller,
  ): Promise<void> {
    left.retries -= 1;
    if (left.retries < 0 || retryAfterMs > this.#settings.rateLimitWaitMs) {
      throw failed(this.#model.id, reason, retryAfterMs || undefined);
    }
    await sleep(Math.max(retryAfterMs, backoffMs(attempt)), undefined, { signal }).catch(() =>
      signal.throwIfAborted(),
    );
  }
}

/**
 * A question does not wait behind the ingest of its own tenant. Calls without a tenant are a lane like that of any
 * tenant.
 */
function laneOf({ tenantId, role }: Caller): string {
  return `${role} ${tenantId ?? ''}`;
}

function sum(inputs: readonly Input[]): number {
  return inputs.reduce((total, { tokens }) => total + tokens, 0);
}
