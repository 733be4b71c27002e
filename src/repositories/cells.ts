import { randomUUID } from 'node:crypto';
import type { TenantCipher } from '../encryption/index.js';
import type { Field } from './fields/field.js';
import { fieldNamed, type Model } from './model.js';
import { isRecord, refused } from './refusals.js';
import type { Cells, Target } from './statements/writes.js';

type Values = Readonly<Record<string, unknown>>;

/** @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID */
export function createCells(model: Model, input: unknown, cipher: TenantCipher | undefined): Cells {
  const values = checkedValues(model, input, 'create');
  const { key } = model;
  const id = values[key.property] ?? (model.makesKey ? randomUUID() : undefined);
  const rowId = id === undefined ? undefined : key.encode(id);
  const cells = new CellWriter(model, rowId === undefined ? '' : String(rowId), cipher);
  for (const field of model.all) {
    const value = field === key ? id : given(values, field, field.onCreate);
    if (value !== undefined) cells.add(field, value);
  }
  return cells;
}

/** @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID also when there is nothing to change */
export function patchCells(
  model: Model,
  rowId: string,
  input: unknown,
  cipher: TenantCipher | undefined,
): Cells {
  const values = checkedValues(model, input, 'patch');
  const cells = new CellWriter(model, rowId, cipher);
  for (const field of model.all) {
    const value = given(values, field, field.onUpdate);
    if (value !== undefined) cells.add(field, value);
  }
  return cells;
}

/** What the declaration fills in where nothing was given; null was given. */
function given(values: Values, { property }: Field, fill: (() => unknown) | undefined): unknown {
  const value = values[property];
  return value === undefined ? fill?.() : value;
}

function checkedValues(model: Model, input: unknown, purpose: 'create' | 'patch'): Values {
  if (!isRecord(input)) throw refused(model.entity, 'the values are an object');
  for (const property of Object.keys(input)) {
    const field = fieldNamed(model, property);
    if (!field.writable) throw refused(model.entity, `${property} is kept by the database`);
    if (purpose === 'patch' && field === model.key)
      throw refused(model.entity, 'the key of a row does not change');
  }
  if (purpose === 'patch' && Object.values(input).every((value) => value === undefined)) {
    throw refused(model.entity, 'nothing is to be changed');
  }
  return input;
}

class CellWriter implements Cells {
  readonly targets: Target[] = [];
  readonly values: unknown[] = [];
  readonly #model: Model;
  readonly #rowId: string;
  readonly #cipher: TenantCipher | undefined;

  constructor(model: Model, rowId: string, cipher: TenantCipher | undefined) {
    this.#model = model;
    this.#rowId = rowId;
    this.#cipher = cipher;
  }

  add(field: Field, value: unknown): void {
    if (field.sealed) this.#addSealed(field, value);
    else this.#push(field, value === null ? null : field.encode(value));
  }

  #addSealed(field: Field, value: unknown): void {
    const plain = value === null ? null : (field.encode(value) as string);
    const address = { table: this.#model.address, column: field.name };
    const sealed = plain === null ? null : this.#cipher?.encrypt({ ...address, rowId: this.#rowId }, plain);
    this.#push(field, sealed);
    if (field.blind === undefined) return;
    const blind = plain === null ? null : this.#cipher?.blindIndex(address, plain);
    this.#push({ column: field.blind, cast: 'text' }, blind);
  }

  #push(target: Target, value: unknown): void {
    this.targets.push(target);
    this.values.push(value);
  }
}
