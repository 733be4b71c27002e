import type { Statement } from '../../relational/index.js';
import { arrayLiteral } from '../fields/array-literal.js';
import type { Model } from '../model.js';
import { Parameters } from './parameters.js';
import { selectionOf } from './selection.js';
import { StatementNames } from './statement-names.js';

/** A column that is written, and what a text is cast to on its way there. */
export interface Target {
  /** As SQL has it. */
  readonly column: string;
  readonly cast: string;
}

/** The columns that one row is given, with their values as they are bound. */
export interface Cells {
  readonly targets: readonly Target[];
  readonly values: readonly unknown[];
}

export function insertOne(model: Model, { targets, values }: Cells): Statement {
  const { text } = selectionOf(model);
  const content =
    targets.length === 0
      ? 'default values'
      : `(${columnsOf(targets)}) values (${targets.map((_, index) => `$${index + 1}`).join(', ')})`;
  return model.names.statement(`insert into ${model.table} ${content} returning ${text}`, values);
}

/** Rows that are given the same columns: one array of texts a column, however many rows. */
export function insertMany(model: Model, rows: readonly Cells[]): Statement {
  const targets = rows[0]?.targets ?? [];
  const parameters = new Parameters();
  const arrays = targets.map((_, column) => {
    const texts = rows.map(({ values }) => asText(values[column]));
    return `${parameters.bind(arrayLiteral(texts))}::text[]`;
  });
  const names = targets.map((_, index) => `c${index}`);
  const casts = targets.map(({ cast }, index) => `${names[index]}::${cast}`);
  const text =
    `insert into ${model.table} (${columnsOf(targets)}) select ${casts.join(', ')} ` +
    `from unnest(${arrays.join(', ')}) as given (${names.join(', ')}) returning ${selectionOf(model).text}`;
  return model.names.statement(text, parameters.values);
}

/** Bytes are written the way PostgreSQL reads them from text (manual, 8.4.1). */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value);
}

/** @param conflict the columns of the unique key, without the tenant */
export function upsertOne(
  model: Model,
  cells: Cells,
  conflict: readonly string[],
  changed: readonly Target[],
): Statement {
  const places = cells.targets.map((_, index) => `$${index + 1}`).join(', ');
  const set = changed.map(({ column }) => `${column} = excluded.${column}`).join(', ');
  const text =
    `insert into ${model.table} (${columnsOf(cells.targets)}) values (${places}) ` +
    `on conflict ("tenant_id", ${conflict.join(', ')}) do update set ${set} returning ${selectionOf(model).text}`;
  return model.names.statement(text, cells.values);
}

/** @param revision the one the row must have; undefined when any will do */
export function updateOne(model: Model, key: unknown, cells: Cells, revision: number | undefined): Statement {
  const parameters = new Parameters(cells.values);
  const condition = keyCondition(model, parameters.bind(key), revision, parameters);
  const text = `update ${model.table} set ${assignments(cells.targets)} where ${condition} returning ${selectionOf(model).text}`;
  return model.names.statement(text, parameters.values);
}

/** @param parameters already holds the values of `cells`, and those of the condition */
export function updateWhere(
  model: Model,
  targets: readonly Target[],
  condition: string,
  parameters: Parameters,
): Statement {
  return model.names.statement(
    `update ${model.table} set ${assignments(targets)} where ${condition}`,
    parameters.values,
  );
}

export function removeOne(model: Model, key: unknown, revision: number | undefined): Statement {
  const parameters = new Parameters();
  const condition = keyCondition(model, parameters.bind(key), revision, parameters);
  // An UPDATE tells whether there was a row; the DELETE that a trigger turns into one does not.
  const text = model.softDelete
    ? `update ${model.table} set deleted_at = now() where ${condition} and deleted_at is null returning true as done`
    : `delete from ${model.table} where ${condition} returning true as done`;
  return { ...StatementNames.fixed(text), values: parameters.values };
}

export function purgeOne(model: Model, key: unknown): Statement {
  const text = `delete from ${model.table} where ${model.key.column} = $1 returning true as done`;
  return { ...StatementNames.fixed(text), values: [key] };
}

export function restoreOne(model: Model, key: unknown): Statement {
  const text =
    `update ${model.table} set deleted_at = null where ${model.key.column} = $1 and deleted_at is not null ` +
    `returning ${selectionOf(model).text}`;
  return { ...StatementNames.fixed(text), values: [key] };
}

export function readRevision(model: Model, key: unknown): Statement {
  const text = `select revision from ${model.table} where ${model.key.column} = $1`;
  return { ...StatementNames.fixed(text), values: [key] };
}

function keyCondition(
  model: Model,
  place: string,
  revision: number | undefined,
  parameters: Parameters,
): string {
  const key = `${model.key.column} = ${place}`;
  return revision === undefined ? key : `${key} and revision = ${parameters.bind(revision)}`;
}

function assignments(targets: readonly Target[]): string {
  return targets.map(({ column }, index) => `${column} = $${index + 1}`).join(', ');
}

function columnsOf(targets: readonly Target[]): string {
  return targets.map(({ column }) => column).join(', ');
}
