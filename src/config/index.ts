export { type ConfigRow, describeConfig } from './describe.js';
export { CONFIG_FILE_NAMES } from './file.js';
export { defineConfig, type LoadConfigOptions, loadConfig } from './load.js';
export { maskUrl } from './mask.js';
export { configReference } from './reference.js';
export { configSchema } from './schema/index.js';
export type {
  AquiferConfig,
  AquiferConfigInput,
  ConfigSource,
  Environment,
  ResolvedConfig,
} from './types.js';
