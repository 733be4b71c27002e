import { z } from 'zod';
import { storable } from '../relational/index.js';
import type { FilterCondition } from './filter.js';
import { at, invalid, type Path } from './invalid.js';

const MOST_VALUES = 1000;
const LONGEST_TEXT = 8192;

// What is stored went the same way, so that a text finds what was stored of it.
const text = z
  .string()
  .max(LONGEST_TEXT)
  .transform(storable<string>);
const ordered = z.union([text, z.number()]);
const value = z.union([text, z.number(), z.boolean()]);
const values = z.array(value).max(MOST_VALUES);

const condition = z.strictObject({
  eq: value.optional(),
  ne: value.optional(),
  in: values.optional(),
  nin: values.optional(),
  gt: ordered.optional(),
  gte: ordered.optional(),
  lt: ordered.optional(),
  lte: ordered.optional(),
  contains: text.optional(),
  exists: z.boolean().optional(),
});

/** In the order in which they are written in the canonical form. */
export const OPERATORS = Object.keys(condition.shape) as (keyof FilterCondition)[];

/** @throws AQF_ARGUMENT_INVALID with the path of what is no condition */
export function parseCondition(input: unknown, path: Path): FilterCondition {
  if (typeof input !== 'object') return { eq: parsed(value, input, path) };
  if (input === null) throw invalid(path, 'is null: ask for a missing key with { exists: false }');
  if (Array.isArray(input)) throw invalid(path, 'is a list: ask for one of its values with { in: [...] }');
  const operators = Object.entries(input);
  if (operators.length === 0) throw invalid(path, 'asks for nothing');
  // Passed over, it would make the filter wider than it was meant to be.
  const nothing = operators.find(([, operand]) => operand === undefined);
  if (nothing) throw invalid(at(path, nothing[0]), 'is undefined');
  return parsed(condition, input, path) as FilterCondition;
}

function parsed<T>(schema: z.ZodType<T>, input: unknown, path: Path): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = (issue?.path ?? []).reduce<Path>((whole, key) => at(whole, key as string | number), path);
  throw invalid(place, described(issue));
}

function described(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') {
    return `has no operator ${issue.keys.map((key) => JSON.stringify(key.slice(0, 64))).join(', ')}; there are ${OPERATORS.join(', ')}`;
  }
  if (issue?.code === 'too_big' && issue.origin === 'array') return `has more than ${MOST_VALUES} values`;
  return `must be a finite number, a boolean or a text of at most ${LONGEST_TEXT} characters, as its operator compares`;
}
