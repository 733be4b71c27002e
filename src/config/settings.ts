import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { configSchema, type SettingMeta, settingRegistry } from './schema/index.js';

/** One leaf of the configuration. */
export interface Setting extends SettingMeta {
  /** Dotted, such as `relational.pool.max`. */
  readonly path: string;
  readonly schema: z.ZodType;
  /** Undefined where not set is a value of its own. */
  readonly preset: unknown;
}

/** A section maps its keys to settings and further sections. */
export interface Section {
  readonly [key: string]: Setting | Section;
}

/** The settings as the tree that code and files write. */
export const SETTINGS_TREE: Section = sectionOf(configSchema, '');

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = leavesOf(SETTINGS_TREE);

export function isSetting(node: Setting | Section): node is Setting {
  return node.schema instanceof z.ZodType;
}

/** Every variable that the setting reads. */
export function variablesOf(setting: Setting): readonly string[] {
  return [...setting.variables, ...(setting.composedFrom ?? [])];
}

function sectionOf(schema: z.ZodObject, prefix: string): Section {
  const entries = Object.entries(schema.shape).map(([key, child]) => [
    key,
    nodeOf(child as z.ZodType, `${prefix}${key}`),
  ]);
  return Object.fromEntries(entries);
}

function nodeOf(schema: z.ZodType, path: string): Setting | Section {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (inner instanceof z.ZodObject) return sectionOf(inner, `${path}.`);
  const meta = settingRegistry.get(schema);
  if (!meta) throw new AquiferError('AQF_INTERNAL', `The setting ${path} has no description.`);
  return { ...meta, path, schema, preset: schema.parse(undefined) };
}

function leavesOf(section: Section): Setting[] {
  return Object.values(section).flatMap((node) => (isSetting(node) ? [node] : leavesOf(node)));
}
