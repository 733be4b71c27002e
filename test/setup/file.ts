import { afterAll, vi } from 'vitest';
import { warmDatabase } from './warm-database.js';

// Files share the modules of their worker, and must share nothing else.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

await warmDatabase();
