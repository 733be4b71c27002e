import { type LinkedSignal, linkedSignal } from './linked-signal.js';
import { retryAfterMs } from './retry-after.js';
import { connectionProblem, toldBy, withoutSecrets } from './told.js';

export type Fetch = typeof globalThis.fetch;

/** What to POST, as JSON. */
export interface EndpointRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a request came to. Reasons hold no key that was sent. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  /** 429. */
  | {
      readonly kind: 'limited';
      readonly reason: string;
      readonly status: number;
      readonly retryAfterMs: number | undefined;
    }
  /** No answer, or a failure of the server: worth another try. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly status: number | undefined;
      readonly retryAfterMs: number | undefined;
    }
  /** Something of the request will not do. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status: number };

export interface ExchangeOptions {
  readonly fetch: Fetch;
  /** Until the whole answer is here, or of a stream the next piece of it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether what is said is a refusal, though it is said as a failure that passes. */
  readonly refuses?: ((reason: string) => boolean) | undefined;
}

/** Statuses of a failure that passes, besides 5xx: timeout, conflict, too early. */
const PASSING = new Set([408, 409, 425]);

/**
 * One request and its whole answer, which is JSON.
 * @throws the signal's reason when it aborts
 */
export async function exchange(
  request: EndpointRequest,
  options: ExchangeOptions,
): Promise<Outcome<unknown>> {
  const opened = await openAnswer(request, options);
  if (opened.kind !== 'answered') return opened;
  const { answer } = opened;
  try {
    const body = parsed(await answer.text());
    return body === undefined ? failed('an answer that is not JSON') : { kind: 'answered', answer: body };
  } catch (error) {
    return failed(answer.problem(error));
  } finally {
    answer.end();
  }
}

/** An answer that has begun. To be ended, else its timer goes on. */
export class OpenAnswer {
  readonly #response: Response;
  readonly #linked: LinkedSignal;
  readonly #options: ExchangeOptions;

  constructor(response: Response, linked: LinkedSignal, options: ExchangeOptions) {
    this.#response = response;
    this.#linked = linked;
    this.#options = options;
  }

  text(): Promise<string> {
    return this.#response.text();
  }

  /** Its bytes as they come; the time counts from one piece to the next. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.#response.body ?? []) {
      this.#linked.renew();
      yield bytes;
    }
  }

  /** Why it broke off. @throws the reason of the caller's signal when that did it */
  problem(error: unknown): string {
    return problemOf(error, this.#linked, this.#options);
  }

  end(): void {
    this.#linked.done();
  }
}

/**
 * One request, and its answer as far as it has come.
 * @throws the signal's reason when it aborts
 */
export async function openAnswer(
  request: EndpointRequest,
  options: ExchangeOptions,
): Promise<Outcome<OpenAnswer>> {
  const linked = linkedSignal([options.signal], options.timeoutMs);
  let isOpen = false;
  try {
    const response = await options.fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      signal: linked.signal,
    });
    if (!response.ok) return failureOf(response, await response.text(), request, options);
    isOpen = true;
    return { kind: 'answered', answer: new OpenAnswer(response, linked, options) };
  } catch (error) {
    return failed(withoutSecrets(problemOf(error, linked, options), request.headers));
  } finally {
    if (!isOpen) linked.done();
  }
}

function failureOf(
  { status, headers }: Response,
  text: string,
  request: EndpointRequest,
  { refuses }: ExchangeOptions,
): Outcome<never> {
  const told = withoutSecrets(toldBy(parsed(text), text), request.headers);
  const reason = told === '' ? `${status}` : `${status}: ${told}`;
  const wait = retryAfterMs(headers);
  // A quota that is spent does not come back by waiting.
  if (status === 429 && !/insufficient_quota/.test(text)) {
    return { kind: 'limited', reason, status, retryAfterMs: wait };
  }
  const isPassing = status >= 500 || PASSING.has(status);
  if (isPassing && refuses?.(reason) !== true) return { kind: 'failed', reason, status, retryAfterMs: wait };
  return { kind: 'refused', reason, status };
}

function failed(reason: string): Outcome<never> {
  return { kind: 'failed', reason, status: undefined, retryAfterMs: undefined };
}

function problemOf(error: unknown, linked: LinkedSignal, { signal, timeoutMs }: ExchangeOptions): string {
  signal?.throwIfAborted();
  return linked.timedOut ? `no answer within ${timeoutMs} ms` : connectionProblem(error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
