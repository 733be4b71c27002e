import { composeDatabaseUrl } from './composed-url.js';
import type { Given, Layer } from './layer.js';
import { nearest } from './nearest.js';
import type { SettingKind } from './schema/index.js';
import { SETTINGS, type Setting, variablesOf } from './settings.js';
import type { Environment } from './types.js';

const OWN_PREFIX = 'AQUIFER_';
/** Names that only the test suite reads. */
const IGNORED_PREFIX = 'AQUIFER_TEST_';
/** Prefixes under which an unknown name is worth a word: nobody else is likely to use them. */
const CLAIMED_PREFIXES = [OWN_PREFIX, 'RELATIONAL_DB_', 'VECTOR_DB_'];

/** What `AQUIFER_*` variables give, and names under our prefixes that no setting reads. */
export function readOwnVariables(env: Environment): Layer {
  const layer = readVariables(env, (name) => name.startsWith(OWN_PREFIX));
  const { problems, warnings } = findUnknown(env);
  return { ...layer, problems, warnings: [...layer.warnings, ...warnings] };
}

/** What the usual names such as `DATABASE_URL` give. */
export function readUsualVariables(env: Environment): Layer {
  return readVariables(env, (name) => !name.startsWith(OWN_PREFIX));
}

/** True for a name that was meant for Aquifer; `DATABASE_URL` and `REDIS_URL` may be there for somebody else. */
export function isClaimed(name: string): boolean {
  return CLAIMED_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function readVariables(env: Environment, selects: (name: string) => boolean): Layer {
  const given = new Map<string, Given>();
  const warnings: string[] = [];
  for (const setting of SETTINGS) {
    const found = candidates(setting, env, selects);
    const [first] = found;
    if (!first) continue;
    given.set(setting.path, first);
    warnings.push(...found.slice(1).flatMap((other) => warnShadowed(first, other)));
  }
  return { given, problems: [], warnings };
}

function candidates(setting: Setting, env: Environment, selects: (name: string) => boolean): Given[] {
  const named = setting.variables.filter(selects).flatMap((name): Given[] => {
    const text = env[name];
    return text ? [{ value: parseVariable(setting.kind, text), source: { kind: 'env', name } }] : [];
  });
  const composed = setting.composedFrom?.every(selects) ? composeDatabaseUrl(env) : undefined;
  return composed ? [...named, composed] : named;
}

function warnShadowed(used: Given, other: Given): string[] {
  if (used.value === other.value) return [];
  return [`${other.source.name} is set but not used: ${used.source.name} comes first.`];
}

/**
 * A variable's text as the kind of value its setting wants. What is not exactly such a value stays text
 * and is refused by the schema: "10s" is not 10.
 */
export function parseVariable(kind: SettingKind, text: string): unknown {
  if (kind === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/**
 * A name one or two edits from a known one is a typo and an error: a mistyped AQUIFER_DATABASE_URL would
 * otherwise write into the embedded database unnoticed. Any other name is a warning, since another tool or
 * another version may own it.
 */
function findUnknown(env: Environment): { problems: string[]; warnings: string[] } {
  const known = new Set(SETTINGS.flatMap(variablesOf));
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!text || known.has(name) || !isClaimed(name) || name.startsWith(IGNORED_PREFIX)) continue;
    const suggestion = nearest(name, known);
    if (suggestion === undefined) warnings.push(`No setting reads the variable ${name}.`);
    else problems.push(`No setting reads the variable ${name}. Did you mean ${suggestion}?`);
  }
  return { problems, warnings };
}
