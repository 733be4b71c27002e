import type { Command } from 'commander';
import { registerConfig } from './config.js';
import { registerDemo } from './demo.js';
import { registerDocuments } from './documents.js';
import { registerEval } from './eval.js';
import { registerIngest } from './ingest.js';
import { registerJobs } from './jobs/index.js';
import { registerKeys } from './keys/index.js';
import { registerMcp } from './mcp/index.js';
import { registerMigrate } from './migrate/index.js';
import { registerModels } from './models/index.js';
import { registerSearch } from './search.js';
import { registerServe } from './serve/index.js';
import { registerStatus } from './status.js';
import { registerVectors } from './vectors/index.js';

export type Register = (program: Command, setExitCode: (code: number) => void) => void;

export const commands: readonly Register[] = [
  registerServe,
  registerMcp,
  registerIngest,
  registerSearch,
  registerDocuments,
  registerStatus,
  registerConfig,
  registerKeys,
  registerMigrate,
  registerJobs,
  registerModels,
  registerVectors,
  registerEval,
  registerDemo,
];
