import { isClaimed } from './environment.js';
import { type Given, nameSource } from './layer.js';
import { showGiven } from './mask.js';
import type { Setting } from './settings.js';
import type { ConfigSource } from './types.js';

/** A setting with the value that is in force, or with what is wrong about it. */
export interface CheckedSetting {
  readonly path: string;
  readonly value: unknown;
  readonly source: ConfigSource;
  readonly problem?: string;
  readonly warning?: string;
}

/** Checks what was given for a setting, or takes its default. */
export function checkSetting(setting: Setting, given: Given | undefined): CheckedSetting {
  const { path, preset } = setting;
  const byDefault = { path, value: preset, source: { kind: 'default' } } as const;
  if (!given) return byDefault;

  const { value, source } = given;
  const problem = problemOf(setting, given);
  if (problem !== undefined && isShared(source) && canDoWithout(setting)) {
    return { ...byDefault, warning: problem };
  }
  if (problem !== undefined) return { path, value, source, problem: problem + wayOut(setting, source) };
  return { path, value, source };
}

function problemOf(setting: Setting, { value, source, problem }: Given): string | undefined {
  if (problem !== undefined) return problem;
  if (setting.schema.safeParse(value).success) return undefined;
  const name = nameSource(source, setting.path);
  return `${name} is ${showGiven(setting.kind, value)}; allowed: ${setting.allowed}.`;
}

function wayOut(setting: Setting, source: ConfigSource): string {
  if (setting.path !== 'relational.url' || !isShared(source)) return '';
  return ' If it is meant for another program, set AQUIFER_RELATIONAL_PROVIDER=embedded.';
}

/** A wrong REDIS_URL may be meant for another program, and Aquifer works without one. */
function canDoWithout({ path }: Setting): boolean {
  return path === 'redis.url';
}

/** True for a variable that may be there for another program, such as DATABASE_URL. */
function isShared(source: ConfigSource): boolean {
  return source.kind === 'env' && !isClaimed(source.name ?? '');
}
