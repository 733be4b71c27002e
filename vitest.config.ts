import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.js';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // They kill processes and take minutes: npm run test:faults.
    exclude: [...configDefaults.exclude, 'test/faults/**'],
    globalSetup: ['test/setup/build.ts', 'test/setup/folder.ts', 'test/setup/services.ts'],
    setupFiles: ['test/setup/file.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Of two cores: much of a run is waiting, for servers and for time to pass.
    maxWorkers: 3,
    // Loading the modules anew for each file took a third of the run.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
