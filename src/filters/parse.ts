import { storable } from '../relational/index.js';
import { parseCondition } from './condition.js';
import type { Filter, FilterCondition } from './filter.js';
import { at, invalid, type Path } from './invalid.js';

const DEEPEST = 8;
const MOST_CONDITIONS = 256;
const LONGEST_KEY = 128;

/** A filter whose every condition is written with operators, and in which nothing is left to be checked. */
export interface ParsedFilter {
  readonly and: readonly ParsedFilter[];
  readonly or: readonly ParsedFilter[] | undefined;
  readonly not: ParsedFilter | undefined;
  readonly conditions: ReadonlyMap<string, FilterCondition>;
}

/**
 * Checks what came from outside: at most 8 levels, 256 conditions, 1000 values a list, keys of 128 characters, texts
 * of 8192. `{}` asks for nothing and matches everything; inside of another filter there must be a condition.
 * @throws AQF_ARGUMENT_INVALID with the path of what is no filter
 */
export function parseFilter(input: unknown): Filter {
  readFilter(input);
  return input as Filter;
}

/** As parseFilter; what comes back shares nothing with the input. */
export function readFilter(input: unknown): ParsedFilter {
  return new Reading().filter(input, 'filter', 1);
}

/** One reading of a filter, which counts conditions over all levels. */
class Reading {
  #conditions = 0;

  filter(input: unknown, path: Path, depth: number): ParsedFilter {
    const entries = this.#entries(input, path, depth);
    const { and, or, not } = Object.fromEntries(entries.filter(([key]) => isCombinator(key)));
    return {
      and: and === undefined ? [] : this.#list(and, at(path, 'and'), depth),
      or: or === undefined ? undefined : this.#list(or, at(path, 'or'), depth),
      not: not === undefined ? undefined : this.filter(not, at(path, 'not'), depth + 1),
      conditions: this.#keyed(
        entries.filter(([key]) => !isCombinator(key)),
        path,
      ),
    };
  }

  #entries(input: unknown, path: Path, depth: number): [string, unknown][] {
    if (!isPlainObject(input)) throw invalid(path, 'must be an object of keys and conditions');
    if (depth > DEEPEST) throw invalid(path, `is nested deeper than ${DEEPEST} levels`);
    const entries = Object.entries(input);
    if (entries.length === 0 && depth > 1) throw invalid(path, 'asks for nothing');
    // Passed over, it would make the filter wider than it was meant to be.
    const nothing = entries.find(([, condition]) => condition === undefined);
    if (nothing) throw invalid(at(path, nothing[0]), 'is undefined; leave the key out to ask nothing of it');
    return entries;
  }

  #list(input: unknown, path: Path, depth: number): ParsedFilter[] {
    if (!Array.isArray(input) || input.length === 0) throw invalid(path, 'must be a list of filters');
    if (input.length > MOST_CONDITIONS) throw invalid(path, `has more than ${MOST_CONDITIONS} filters`);
    return Array.from(input, (filter, index) => this.filter(filter, at(path, index), depth + 1));
  }

  #keyed(entries: readonly [string, unknown][], path: Path): Map<string, FilterCondition> {
    const conditions = new Map<string, FilterCondition>();
    for (const [written, input] of entries) {
      const key = parseKey(written, path);
      if (conditions.has(key)) throw invalid(at(path, written), 'is stored as the same key as another');
      this.#conditions += 1;
      if (this.#conditions > MOST_CONDITIONS) {
        throw invalid(at(path, written), `is one condition more than ${MOST_CONDITIONS}`);
      }
      conditions.set(key, parseCondition(input, at(path, written)));
    }
    return conditions;
  }
}

/** A key as it is stored. */
function parseKey(written: string, path: Path): string {
  const key = storable(written);
  if (key === '') throw invalid(at(path, written), 'has no name');
  if (key.length > LONGEST_KEY) throw invalid(at(path, written), `is longer than ${LONGEST_KEY} characters`);
  if (key === '__proto__') throw invalid(at(path, written), 'cannot be a key');
  return key;
}

function isCombinator(key: string): boolean {
  return key === 'and' || key === 'or' || key === 'not';
}

function isPlainObject(input: unknown): input is object {
  if (typeof input !== 'object' || input === null) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || prototype === Object.prototype;
}
