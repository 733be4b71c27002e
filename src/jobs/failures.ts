import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';

/** Milliseconds a queue has to answer: a client of Redis would wait for its server without end. */
const ANSWER_TIMEOUT_MS = 30_000;

/** What the queue answers, in time. @throws AQF_QUEUE_UNAVAILABLE */
export async function answered<T>(
  place: string,
  ask: () => Promise<T>,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    if (isAquiferError(error, 'AQF_JOB_NOT_FOUND')) throw error;
    throw new AquiferError(
      'AQF_QUEUE_UNAVAILABLE',
      `The queue in ${place} cannot be used: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}
