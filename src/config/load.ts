import { basename, dirname, resolve } from 'node:path';
import { readOwnVariables, readUsualVariables } from './environment.js';
import { type FoundFile, findConfigFile, loadConfigFile } from './file.js';
import { EMPTY_LAYER, type Layer } from './layer.js';
import { readObject } from './object-layer.js';
import { resolveLayers } from './resolve.js';
import type { AquiferConfigInput, Environment, ResolvedConfig } from './types.js';

export interface LoadConfigOptions {
  /** Settings given in code; nothing is stronger. */
  readonly overrides?: AquiferConfigInput;
  /** How the place of `overrides` is called in errors and in `aquifer config`. @default 'code' */
  readonly overridesName?: string;
  /** @default process.env */
  readonly env?: Environment;
  /** Folder that is searched for `aquifer.config.*` and that relative paths count from. @default process.cwd() */
  readonly cwd?: string;
  /** Path of the configuration file in place of searching `cwd` for one; `false` for none. */
  readonly file?: string | false;
}

/**
 * The configuration in force. Stronger first: code, `AQUIFER_*` variables, the usual variables such as
 * `DATABASE_URL`, the configuration file, defaults.
 * @throws AQF_CONFIG_INVALID with every problem at once, each naming the variable, the file and setting or
 *   the place in code, what was given (secrets masked) and what is allowed
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<ResolvedConfig> {
  const { overrides = {}, overridesName = 'code', env = process.env, cwd = process.cwd(), file } = options;
  const found = locate(cwd, file);
  const layers = [
    readObject(overrides, { kind: 'code', name: overridesName }),
    readOwnVariables(env),
    readUsualVariables(env),
    found ? await readFileLayer(found) : EMPTY_LAYER,
  ];
  const resolved = resolveLayers(layers, { cwd, fileDir: found ? dirname(found.path) : cwd });
  return { ...resolved, ...(found && { file: found.path }) };
}

/** Types the content of `aquifer.config.ts`. */
export function defineConfig(config: AquiferConfigInput): AquiferConfigInput {
  return config;
}

function locate(cwd: string, file: string | false | undefined): FoundFile | undefined {
  if (file === false) return undefined;
  return file === undefined ? findConfigFile(cwd) : { path: resolve(cwd, file), passedOver: [] };
}

async function readFileLayer({ path, passedOver }: FoundFile): Promise<Layer> {
  const name = basename(path);
  const layer = readObject(await loadConfigFile(path), { kind: 'file', name });
  const warnings = passedOver.map((other) => `${other} is not used: ${name} comes first.`);
  return { ...layer, warnings };
}
