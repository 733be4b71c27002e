import { messageOf } from '../../errors/index.js';
import { linkedSignal } from './linked-signal.js';
import type { ProviderRequest } from './protocol.js';
import { retryAfterMs } from './retry-after.js';

/** What a request came to. */
export type Outcome =
  | { readonly kind: 'answered'; readonly body: unknown }
  /** 429. */
  | { readonly kind: 'limited'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** No answer, or a failure of the server: worth another try. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** Something of the request will not do; `texts` when it may be one of the texts. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly status: number;
      readonly because: RefusalCause;
    };

export type RefusalCause = 'texts' | 'too long' | 'request';

export type Fetch = typeof globalThis.fetch;

export interface ExchangeOptions {
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const REASON_LENGTH = 300;
const TOO_LONG =
  /context (length|window|size)|(input|text|prompt|sequence)\b.{0,40}too (long|large)|(maximum|less than).{0,20}(tokens|length)/i;
/** Statuses of a failure that passes, besides 5xx: timeout, conflict, too early. */
const PASSING = new Set([408, 409, 425]);
/** Statuses that may speak of one text. */
const OF_TEXTS = new Set([400, 413, 422]);

/**
 * One request and its whole answer.
 * @throws the signal's reason when it aborts
 */
export async function exchange(request: ProviderRequest, options: ExchangeOptions): Promise<Outcome> {
  const linked = linkedSignal([options.signal], options.timeoutMs);
  try {
    const response = await options.fetch(request.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...request.headers },
      body: JSON.stringify(request.body),
      signal: linked.signal,
    });
    return outcomeOf(response.status, response.headers, await response.text());
  } catch (error) {
    options.signal.throwIfAborted();
    const reason = linked.timedOut ? `no answer within ${options.timeoutMs} ms` : connectionProblem(error);
    return { kind: 'failed', reason, retryAfterMs: undefined };
  } finally {
    linked.done();
  }
}

function outcomeOf(status: number, headers: Headers, text: string): Outcome {
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { kind: 'answered', body };
    return { kind: 'failed', reason: 'an answer that is no JSON', retryAfterMs: undefined };
  }
  const reason = `${status}: ${reasonIn(body) ?? shortened(text)}`;
  if (status === 429 && !/insufficient_quota/.test(text)) {
    return { kind: 'limited', reason, retryAfterMs: retryAfterMs(headers) };
  }
  // Some servers report a text that is too long as a failure of theirs.
  if (TOO_LONG.test(reason)) return { kind: 'refused', reason, status, because: 'too long' };
  if (status >= 500 || PASSING.has(status)) {
    return { kind: 'failed', reason, retryAfterMs: retryAfterMs(headers) };
  }
  return { kind: 'refused', reason, status, because: OF_TEXTS.has(status) ? 'texts' : 'request' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{ error: { message } }` as OpenAI has it, `{ error }` as Ollama, `{ detail }` or `{ message }` as others. */
function reasonIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message, detail } = body as Record<string, unknown>;
  const inner = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const found = [inner, message, detail].find((text) => typeof text === 'string');
  return typeof found === 'string' ? shortened(found) : undefined;
}

function shortened(text: string): string {
  return text.length > REASON_LENGTH ? `${text.slice(0, REASON_LENGTH)}…` : text;
}

/** `fetch failed` says nothing; its cause says what. */
function connectionProblem(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
