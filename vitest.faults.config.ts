import { defineConfig } from 'vitest/config';

/**
 * Tests that kill processes and servers, and others that take long. On their own, since the moments are measured in time.
 */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts', 'test/setup/services.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
