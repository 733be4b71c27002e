import { setTimeout as sleep } from 'node:timers/promises';
import { AquiferError, type ErrorCode } from '../errors/index.js';
import { backoffMs, spread } from './backoff.js';
import { CIRCUIT, Circuit, type CircuitOptions } from './circuit.js';
import {
  type EndpointRequest,
  type ExchangeOptions,
  exchange,
  type Fetch,
  type Outcome,
  openAnswer,
} from './exchange.js';

export interface EndpointOptions {
  /** `http://host:port/v1` or `https://host/v1`; paths are added to it. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer …`; never part of an error. */
  readonly apiKey?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds that one try may take. @default 60,000 */
  readonly timeoutMs?: number;
  /** Tries after the first one that failed in passing. @default 2 */
  readonly retries?: number;
  /** Milliseconds of the longest wait before the first retry; it doubles with each. @default 500 */
  readonly backoffMs?: number;
  /** Milliseconds that are waited at most when the endpoint says how long (`Retry-After`). @default 30,000 */
  readonly maxWaitMs?: number;
  /** When an endpoint that fails is left alone. @default after 5 failures in a row, for 10 seconds */
  readonly circuit?: Partial<CircuitOptions>;
  /** In place of the global one: for a proxy, or a certificate of your own. */
  readonly fetch?: Fetch;
}

interface Failures {
  /** Of the errors that are thrown. */
  readonly code: ErrorCode;
  /** Begins the sentence "… at https://host answered 429". */
  readonly name: string;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

type Failure = Exclude<Outcome<never>, { kind: 'answered' }>;

/**
 * Posts JSON to one endpoint. What fails in passing (no connection, no answer in time, 408, 409, 425, 429, 5xx) is tried
 * again after a wait of random length, or for as long as the endpoint asks to wait.
 */
export class Endpoint {
  readonly #options: Required<Omit<EndpointOptions, 'apiKey' | 'headers' | 'circuit'>>;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #circuit: Circuit;
  readonly #failures: Failures;

  /** @throws AQF_ARGUMENT_INVALID for a base URL that is none */
  constructor({ apiKey, headers, circuit, ...options }: EndpointOptions, failures: Failures) {
    this.#options = {
      timeoutMs: 60_000,
      retries: 2,
      backoffMs: 500,
      maxWaitMs: 30_000,
      fetch: globalThis.fetch,
      ...options,
      baseUrl: checkedUrl(options.baseUrl),
    };
    this.#headers = { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...headers };
    this.#circuit = new Circuit({ ...CIRCUIT, ...circuit });
    this.#failures = failures;
  }

  /**
   * The JSON that is answered.
   * @throws with the code of this endpoint, what was reported as its message; the signal's reason once it is aborted
   */
  post(path: string, body: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    return this.#retrying(signal, () => exchange(this.#request(path, body), this.#exchange(signal)));
  }

  /**
   * The bytes that are answered, as they come. `timeoutMs` counts from one piece to the next. Once the first has come,
   * nothing is tried again.
   * @throws as `post`
   */
  async *stream(path: string, body: unknown, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    const answer = await this.#retrying(signal, () =>
      openAnswer(this.#request(path, body), this.#exchange(signal)),
    );
    try {
      yield* answer.pieces();
    } catch (error) {
      throw this.failed(`failed: ${answer.problem(error)}`);
    } finally {
      answer.end();
    }
  }

  /** An error of this endpoint. */
  failed(what: string, details: { readonly cause?: unknown; readonly status?: number } = {}): AquiferError {
    const { cause, status } = details;
    const { origin } = new URL(this.#options.baseUrl);
    return new AquiferError(this.#failures.code, `${this.#failures.name} at ${origin} ${what}.`, {
      cause,
      facts: { origin, status },
    });
  }

  #request(path: string, body: unknown): EndpointRequest {
    return { url: `${this.#options.baseUrl}${path}`, headers: this.#headers, body };
  }

  #exchange(signal: AbortSignal | undefined): ExchangeOptions {
    const { fetch, timeoutMs } = this.#options;
    return { fetch, timeoutMs, signal };
  }

  async #retrying<T>(signal: AbortSignal | undefined, attempt: () => Promise<Outcome<T>>): Promise<T> {
    signal?.throwIfAborted();
    for (let tried = 1; ; tried++) {
      const outcome = await this.#circuit.through(attempt);
      if (outcome.kind === 'answered') return outcome.answer;
      if (outcome.kind === 'left alone') throw this.#leftAlone(outcome.waitMs);
      const wait = this.#waitBefore(tried, outcome);
      if (wait === undefined) throw this.#told(outcome);
      await sleep(wait, undefined, signal && { signal }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }

  /** Milliseconds until the next try; undefined when there is none. */
  #waitBefore(tried: number, outcome: Failure): number | undefined {
    const { retries, backoffMs: first, maxWaitMs } = this.#options;
    if (tried > retries || outcome.kind === 'refused') return undefined;
    const asked = outcome.retryAfterMs;
    if (asked === undefined) return backoffMs(tried - 1, { first, longest: maxWaitMs });
    return asked > maxWaitMs ? undefined : spread(asked);
  }

  #told({ reason, status }: Failure): AquiferError {
    return status === undefined
      ? this.failed(`failed: ${reason}`)
      : this.failed(`answered ${reason}`, { status });
  }

  #leftAlone(waitMs: number): AquiferError {
    const wait = Math.ceil(waitMs);
    return this.failed(`failed several times in a row and is not asked for another ${wait} ms`);
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      'baseUrl must be a URL that begins with http:// or https://.',
    );
  }
  return text.replace(/\/+$/, '');
}
