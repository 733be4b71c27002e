import { setTimeout as sleep } from 'node:timers/promises';
import { AquiferError, type ErrorCode, messageOf } from '../../errors/index.js';
import { Deadline } from './deadline.js';
import { failureOf, isPassing, retryAfterMs } from './failure.js';

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

/**
 * Posts JSON to one endpoint. What fails in passing (no connection, no answer in time, 408, 425, 429, 5xx) is tried again
 * after a wait of random length, or for as long as the endpoint asks to wait.
 */
export class Endpoint {
  readonly #options: Required<Omit<EndpointOptions, 'apiKey' | 'headers'>>;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #secret: string | undefined;
  readonly #failures: Failures;

  /** @throws AQF_ARGUMENT_INVALID for a base URL that is none */
  constructor({ apiKey, headers, ...options }: EndpointOptions, failures: Failures) {
    this.#options = {
      timeoutMs: 60_000,
      retries: 2,
      backoffMs: 500,
      maxWaitMs: 30_000,
      ...options,
      baseUrl: checkedUrl(options.baseUrl),
    };
    this.#secret = apiKey;
    this.#headers = {
      'content-type': 'application/json',
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...headers,
    };
    this.#failures = failures;
  }

  /**
   * The JSON that is answered.
   * @throws with the code of this endpoint, what was reported as its message; the signal's reason once it is aborted
   */
  async post(path: string, body: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    const text = await this.#retrying(signal, async () => {
      const { response, deadline } = await this.#open(path, body, signal);
      return response.text().finally(() => deadline.end());
    });
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.failed('answered with something that is not JSON', { cause });
    }
  }

  /**
   * The bytes that are answered, as they come. `timeoutMs` counts from one piece to the next. Once the first has come,
   * nothing is tried again.
   * @throws as `post`
   */
  async *stream(path: string, body: unknown, { signal }: CallOptions = {}): AsyncGenerator<Uint8Array> {
    const { response, deadline } = await this.#retrying(signal, () => this.#open(path, body, signal));
    try {
      for await (const bytes of response.body ?? []) {
        deadline.renew();
        yield bytes;
      }
    } catch (error) {
      throw this.#told(error, signal);
    } finally {
      deadline.end();
    }
  }

  /** An error of this endpoint. */
  failed(what: string, details: { readonly cause?: unknown; readonly status?: number } = {}): AquiferError {
    const { cause, status } = details;
    const origin = new URL(this.#options.baseUrl).origin;
    const message = this.#withoutSecret(`${this.#failures.name} at ${origin} ${what}.`);
    return new AquiferError(this.#failures.code, message, { cause, facts: { origin, status } });
  }

  async #open(path: string, body: unknown, signal: AbortSignal | undefined) {
    const deadline = new Deadline(this.#options.timeoutMs, signal);
    try {
      return { response: await this.#send(path, body, deadline.signal), deadline };
    } catch (error) {
      deadline.end();
      throw error;
    }
  }

  async #send(path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    const url = `${this.#options.baseUrl}${path}`;
    const response = await fetch(url, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(body),
      signal,
    });
    if (response.ok) return response;
    throw await failureOf(response);
  }

  async #retrying<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt();
      } catch (error) {
        const wait = signal?.aborted ? undefined : this.#waitBefore(tried, error);
        if (wait === undefined) throw this.#told(error, signal);
        await sleep(wait, undefined, signal && { signal }).catch(() => undefined);
        signal?.throwIfAborted();
      }
    }
  }

  /** Milliseconds until the next try; undefined when there is none. Full jitter spreads those who failed together. */
  #waitBefore(tried: number, error: unknown): number | undefined {
    const { retries, backoffMs, maxWaitMs } = this.#options;
    if (tried > retries || !isPassing(error)) return undefined;
    const asked = retryAfterMs(error);
    if (asked === undefined) return Math.random() * Math.min(maxWaitMs, backoffMs * 2 ** (tried - 1));
    return asked > maxWaitMs ? undefined : asked + Math.random() * Math.min(asked / 10, backoffMs);
  }

  #told(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason;
    if (error instanceof AquiferError) return error;
    const status = (error as { status?: number } | undefined)?.status;
    return this.failed(status ? messageOf(error) : `failed: ${reasonOf(error)}`, {
      cause: this.#secret === undefined ? error : new Error(this.#withoutSecret(messageOf(error))),
      ...(status !== undefined && { status }),
    });
  }

  #withoutSecret(text: string): string {
    return this.#secret ? text.replaceAll(this.#secret, '***') : text;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : messageOf(cause) || messageOf(error);
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
