import { resolve } from 'node:path';
import { AquiferError } from '../errors/index.js';
import { type CheckedSetting, checkSetting } from './check.js';
import type { Given, Layer } from './layer.js';
import { settleRelational } from './relational-layers.js';
import { checkTogether } from './rules.js';
import { configSchema } from './schema/index.js';
import { isSetting, SETTINGS, SETTINGS_TREE, type Section } from './settings.js';
import type { AquiferConfig, ConfigSource, ResolvedConfig } from './types.js';

/** Folders that relative paths count from. */
export interface PathBases {
  readonly cwd: string;
  /** Folder of the configuration file. */
  readonly fileDir: string;
}

/**
 * The configuration that the layers give together, strongest first. Only the value in force is checked: a
 * wrong one that a stronger layer replaces does no harm.
 * @throws AQF_CONFIG_INVALID with every problem at once
 */
export function resolveLayers(given: readonly Layer[], bases: PathBases): Omit<ResolvedConfig, 'file'> {
  const layers = settleRelational(given);
  const settings = SETTINGS.map((setting) => checkSetting(setting, strongest(layers, setting.path)));
  refuse([
    ...layers.flatMap((layer) => layer.problems),
    ...settings.flatMap(({ problem }) => problem ?? []),
    ...checkTogether(settings),
  ]);

  const warnings = [
    ...layers.flatMap((layer) => layer.warnings),
    ...settings.flatMap(({ warning }) => warning ?? []),
  ];
  return { values: assemble(settings, bases), sources: sourcesOf(settings), warnings };
}

function strongest(layers: readonly Layer[], path: string): Given | undefined {
  return layers.map((layer) => layer.given.get(path)).find((given) => given !== undefined);
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list =
    problems.length === 1 ? ` ${problems[0]}` : problems.map((problem) => `\n- ${problem}`).join('');
  throw new AquiferError('AQF_CONFIG_INVALID', `The configuration is invalid:${list}`, {
    facts: { problems },
    hint: 'Correct what the message names, then run `aquifer config` to see every value in force.',
  });
}

function sourcesOf(settings: readonly CheckedSetting[]): Readonly<Record<string, ConfigSource>> {
  return Object.freeze(Object.fromEntries(settings.map(({ path, source }) => [path, source])));
}

function assemble(settings: readonly CheckedSetting[], bases: PathBases): AquiferConfig {
  const values = new Map(settings.map(({ path, value }) => [path, value]));
  const { dataDir, ...config } = configSchema.parse(nest(SETTINGS_TREE, values));
  const inFile = settings.some(({ path, source }) => path === 'dataDir' && source.kind === 'file');
  return deepFreeze({ dataDir: resolve(inFile ? bases.fileDir : bases.cwd, dataDir), ...config });
}

function nest(section: Section, values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(section).map(([key, node]) => [
    key,
    isSetting(node) ? values.get(node.path) : nest(node, values),
  ]);
  return Object.fromEntries(entries);
}

function deepFreeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
}
