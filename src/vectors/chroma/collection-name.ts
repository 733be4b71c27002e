import { createHash } from 'node:crypto';
import { invalid } from '../records/index.js';
import type { VectorSpace } from '../store.js';

/** Chroma: 3 to 512 letters, digits and `. _ -`, a letter or digit at both ends. */
const LONGEST = 512;
const PLACEHOLDER = /\{(tenant|space|model)\}/;

/**
 * Names of collections after a pattern. No two of (tenant, space, model) that the pattern tells apart share one: in
 * values all but letters, digits and inner `-` is written as `.` and its bytes in hex, so that the `_` of the pattern
 * part them; what would be too long ends in `.z` and a digest, which nothing else does.
 * @throws AQF_ARGUMENT_INVALID for a pattern that could not keep tenants apart
 */
export function collectionNames(pattern: string): (tenant: string, space: VectorSpace) => string {
  const parts = checkedParts(pattern);
  return (tenant, { name, model }) => {
    const values: Readonly<Record<string, string>> = { tenant, space: name, model };
    const filled = parts.map((part, at) => (at % 2 ? escaped(values[part] ?? '') : part)).join('');
    return filled.length <= LONGEST ? filled : shortened(filled);
  };
}

function checkedParts(pattern: string): string[] {
  const parts = pattern.split(PLACEHOLDER);
  const literals = parts.filter((_, at) => at % 2 === 0);
  const names = parts.filter((_, at) => at % 2 === 1);
  const sound =
    names.includes('tenant') &&
    new Set(names).size === names.length &&
    pattern.length <= 128 &&
    literals.every((literal) => /^[A-Za-z0-9_-]*$/.test(literal)) &&
    literals.slice(1, -1).every((literal) => literal.includes('_')) &&
    /^[A-Za-z0-9].{2,}$/.test(pattern) &&
    !/[_-]$/.test(pattern);
  if (sound) return parts;
  throw invalid(
    'The pattern of collection names must begin with a letter or digit, hold letters, digits, - and _, {tenant} once, and {space} and {model} at most once, with _ between them',
  );
}

function escaped(value: string): string {
  return value.replace(/[^A-Za-z0-9-]|^-|-$/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `.${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function shortened(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return `${name.slice(0, 200).replace(/[._-]+$/, '')}.z${digest}`;
}
