import { setTimeout as wait } from 'node:timers/promises';
import { DeadlockError, SerializationFailureError } from './errors.js';

const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 500;

/**
 * Runs `attempt` again, at most `retries` times, after a serialization failure or a deadlock. Waits are random up
 * to a bound that doubles ("full jitter", Brooker, AWS Architecture Blog, 2015).
 */
export async function retrying<T>(retries: number, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= retries || !isTransient(error)) throw error;
      await wait(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** tried, LONGEST_WAIT_MS));
    }
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof SerializationFailureError || error instanceof DeadlockError;
}
