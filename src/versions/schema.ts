import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import type { JsonObject } from '../relational/index.js';
import type { Resolution } from './types.js';

const page = z.strictObject({
  before: z.int().min(1).optional(),
  limit: z.int().min(1).max(1000).default(100),
});
const resolutions = z.record(
  z.string(),
  z.union([z.literal('row'), z.literal('branch'), z.strictObject({ value: z.json() })]),
);

const row = z.object({ entity: z.string().min(1).max(128), rowId: z.string().min(1).max(1024) });

export function rowName(given: unknown): z.infer<typeof row> {
  return check(row, given, 'A row is named by its entity and its key as text');
}

export function moment(given: unknown): Date {
  return check(z.date(), given, 'A moment is a Date');
}

export function pageSize(options: unknown): z.infer<typeof page> {
  return check(page, options, 'Revisions cannot be listed');
}

export function revisionNumber(revision: unknown): number {
  return check(z.int().min(1), revision, 'A revision is a whole number from 1');
}

export function branchName(name: unknown): string {
  const schema = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._/ -]{0,127}$/u);
  return check(schema, name, 'A branch is named by 1 to 128 letters, digits, spaces or . _ / -');
}

export function checkResolutions(given: unknown): Readonly<Record<string, Resolution>> {
  return check(resolutions, given, 'A conflict is settled by "row", "branch" or { value }');
}

/** @throws AQF_FIELD_UNKNOWN for a field that cannot be written */
export function checkFields(fields: JsonObject, columns: readonly string[]): void {
  const unknown = Object.keys(fields).filter((field) => !columns.includes(field));
  if (unknown.length === 0) return;
  throw new AquiferError(
    'AQF_FIELD_UNKNOWN',
    `A branch cannot change ${unknown.map((f) => JSON.stringify(f.slice(0, 64))).join(', ')}.`,
    {
      hint: `Columns that can be changed: ${columns.join(', ')}.`,
    },
  );
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `${what}: ${z.prettifyError(parsed.error)}`);
}
