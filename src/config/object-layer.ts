import { type Given, type Layer, nameSource } from './layer.js';
import { showGiven } from './mask.js';
import { nearest } from './nearest.js';
import { isSetting, SETTINGS_TREE, type Section } from './settings.js';
import type { ConfigSource } from './types.js';

/** What an object gives, written in code or exported by a configuration file. `undefined` counts as not given. */
export function readObject(object: unknown, source: ConfigSource): Layer {
  const given = new Map<string, Given>();
  const problems: string[] = [];

  const visit = (node: unknown, section: Section, path: string): void => {
    if (!isPlainObject(node)) {
      problems.push(`${nameObject(source, path)} is ${showGiven('text', node)}; allowed: an object.`);
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      const childPath = path === '' ? key : `${path}.${key}`;
      const known = Object.hasOwn(section, key) ? section[key] : undefined;
      if (!known) problems.push(unknownKey(key, section, nameSource(source, childPath)));
      else if (value === undefined) continue;
      else if (isSetting(known)) given.set(childPath, { value, source });
      else visit(value, known, childPath);
    }
  };

  visit(object, SETTINGS_TREE, '');
  return { given, problems, warnings: [] };
}

function nameObject(source: ConfigSource, path: string): string {
  if (path !== '') return nameSource(source, path);
  return source.kind === 'file'
    ? `The export of ${source.name}`
    : `The configuration (${source.name ?? 'code'})`;
}

function unknownKey(key: string, section: Section, name: string): string {
  const keys = Object.keys(section);
  const suggestion = nearest(key, keys);
  const help = suggestion === undefined ? `Allowed here: ${keys.join(', ')}.` : `Did you mean ${suggestion}?`;
  return `${name} is not a setting. ${help}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
