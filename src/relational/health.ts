import { messageOf } from '../errors/index.js';
import type { ProviderHealth } from './provider.js';

/** The health that a probe shows: up when it resolves. */
export async function measureHealth(probe: () => Promise<unknown>): Promise<ProviderHealth> {
  const timestamp = new Date();
  const start = performance.now();
  try {
    await probe();
    return { status: 'up', responseTime: performance.now() - start, timestamp };
  } catch (error) {
    return { status: 'down', responseTime: performance.now() - start, timestamp, error: messageOf(error) };
  }
}
