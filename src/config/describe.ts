import { maskUrl } from './mask.js';
import { SETTINGS, type Setting } from './settings.js';
import type { ConfigSource, ResolvedConfig } from './types.js';

export interface ConfigRow {
  readonly path: string;
  /** As text, secrets masked. */
  readonly value: string;
  /** The variable, the file, `code` or `default`. */
  readonly source: string;
  readonly note?: string;
}

/** The configuration in force and where each value came from, as `aquifer config` shows it. */
export function describeConfig(resolved: ResolvedConfig): ConfigRow[] {
  return SETTINGS.map((setting) => {
    const source = resolved.sources[setting.path] ?? { kind: 'default' };
    const note = noteOf(setting, source, resolved);
    return {
      path: setting.path,
      value: showValue(setting, valueAt(resolved.values, setting.path)),
      source: source.name ?? source.kind,
      ...(note !== undefined && { note }),
    };
  });
}

function noteOf(setting: Setting, source: ConfigSource, { values }: ResolvedConfig): string | undefined {
  if (source.impliedBy !== undefined) return `implied by ${source.impliedBy}`;
  const idle = isOfServer(setting.path) && values.relational.provider === 'embedded';
  return idle ? 'only used with a server' : undefined;
}

function isOfServer(path: string): boolean {
  return path.startsWith('relational.') && !['relational.provider', 'relational.url'].includes(path);
}

function showValue(setting: Setting, value: unknown): string {
  if (value === undefined) return 'not set';
  if (setting.kind === 'secret') return '***';
  return setting.kind === 'url' ? maskUrl(String(value)) : String(value);
}

function valueAt(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], values);
}
