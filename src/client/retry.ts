import type { ApiError } from './error.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** Between half and the whole of what doubles with each attempt, so that many clients do not come back at once. */
export function backoff(attempt: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
}

/** Whether the same request may go better a moment later. `attempt` counts from 0. */
export function mayPass({ status, code }: ApiError, attempt: number): boolean {
  // The first was sent, its answer was lost, and it is still under way.
  if (code === 'AQF_IDEMPOTENCY_CONFLICT') return attempt > 0;
  return [0, 429, 502, 503, 504].includes(status);
}

/** Milliseconds that the server asks for. */
export function askedWait(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(seconds, 60) * 1000 : undefined;
}

export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    }, ms);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
