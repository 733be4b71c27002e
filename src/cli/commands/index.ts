import type { Command } from 'commander';

export type Register = (program: Command, setExitCode: (code: number) => void) => void;

/**
 * Every command, in the order of `--help`. Each brings much of the house along, so that only the one that was asked for is
 * loaded.
 */
export const commands: Readonly<Record<string, () => Promise<Register>>> = {
  serve: async () => (await import('./serve/index.js')).registerServe,
  mcp: async () => (await import('./mcp/index.js')).registerMcp,
  ingest: async () => (await import('./ingest.js')).registerIngest,
  search: async () => (await import('./search.js')).registerSearch,
  documents: async () => (await import('./documents.js')).registerDocuments,
  watch: async () => (await import('./watch/index.js')).registerWatch,
  status: async () => (await import('./status.js')).registerStatus,
  config: async () => (await import('./config.js')).registerConfig,
  tenants: async () => (await import('./tenants/index.js')).registerTenants,
  keys: async () => (await import('./keys/index.js')).registerKeys,
  logs: async () => (await import('./logs/index.js')).registerLogs,
  migrate: async () => (await import('./migrate/index.js')).registerMigrate,
  jobs: async () => (await import('./jobs/index.js')).registerJobs,
  models: async () => (await import('./models/index.js')).registerModels,
  vectors: async () => (await import('./vectors/index.js')).registerVectors,
  eval: async () => (await import('./eval.js')).registerEval,
  demo: async () => (await import('./demo/index.js')).registerDemo,
};
