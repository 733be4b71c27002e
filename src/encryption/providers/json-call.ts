import { setTimeout as wait } from 'node:timers/promises';

export interface JsonCall {
  readonly url: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly body: unknown;
  /** Milliseconds for all attempts together. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
}

/** Why a call failed: an HTTP status, `timeout` or `network`. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly reason: string;

  constructor(reason: string) {
    super(`The call failed: ${reason}.`);
    this.reason = reason;
  }
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const LONGEST_ANSWER_BYTES = 1024 * 1024;

/**
 * Posts JSON, again after 429, 5xx and failures of the network. Waits are random up to a bound that doubles ("full
 * jitter", Brooker, AWS Architecture Blog, 2015).
 * @throws CallFailed
 */
export async function postJson(call: JsonCall): Promise<unknown> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(call, signal);
    if ('answer' in outcome) return outcome.answer;
    if (signal.aborted) throw new CallFailed('timeout');
    if (!outcome.isTransient || attempt >= call.maxAttempts) throw new CallFailed(outcome.reason);
    await pause(attempt, signal);
  }
}

type Outcome = { readonly answer: unknown } | { readonly reason: string; readonly isTransient: boolean };

async function attemptOnce({ url, headers, body }: JsonCall, signal: AbortSignal): Promise<Outcome> {
  const sent = { 'content-type': 'application/json', ...(await beforeAbort(headers(), signal)) };
  try {
    const init = {
      method: 'POST',
      headers: sent,
      body: JSON.stringify(body),
      signal,
      redirect: 'error',
    } as const;
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok && text.length <= LONGEST_ANSWER_BYTES) return { answer: JSON.parse(text) };
    const isTransient = response.status === 429 || response.status >= 500;
    return { reason: `HTTP ${response.status}`, isTransient };
  } catch (error) {
    return error instanceof SyntaxError
      ? { reason: 'the answer is not JSON', isTransient: false }
      : { reason: 'network', isTransient: true };
  }
}

/** What the headers wait for (a token) may hang as well as the call. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new CallFailed('timeout')), { once: true });
  });
  return Promise.race([work, aborted]);
}

async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  const bound = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  await wait(Math.random() * bound, undefined, { signal }).catch(() => {
    throw new CallFailed('timeout');
  });
}
