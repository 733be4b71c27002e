import type { CipherSource, TenantCipher } from '../encryption/index.js';
import { AquiferError, isAquiferError } from '../errors/index.js';
import { type Row, type Statement, UniqueViolationError } from '../relational/index.js';
import { alikeBatches, type Batch } from './batches.js';
import { createCells, patchCells } from './cells.js';
import type { Executor, Reach } from './executor.js';
import type { Field } from './fields/field.js';
import { LIMITS } from './limits.js';
import { fieldNamed, type Model } from './model.js';
import { isRecord, refused, revisionConflict, rowNotFound } from './refusals.js';
import { cipherFor, openRows } from './sealing.js';
import { writeFilter } from './statements/filter.js';
import { Parameters } from './statements/parameters.js';
import { decodeRows, selectionOf } from './statements/selection.js';
import * as writes from './statements/writes.js';

/** A row that is written or removed, by the key that was given and as it is bound. */
export interface RowTarget {
  readonly key: unknown;
  /** Undefined when it can be no key at all: there is no such row. */
  readonly bound: unknown;
  readonly revision: number | undefined;
}

/** Writes rows of one entity for one session. */
export class Writer {
  readonly #model: Model;
  readonly #executor: Executor;
  readonly #ciphers: CipherSource | undefined;

  constructor(model: Model, executor: Executor, ciphers: CipherSource | undefined) {
    this.#model = model;
    this.#executor = executor;
    this.#ciphers = ciphers;
  }

  async create(values: unknown): Promise<Row> {
    const cipher = await this.#cipher();
    const cells = createCells(this.#model, values, cipher);
    return this.#one(await this.#rows(writes.insertOne(this.#model, cells), cipher));
  }

  async createMany(list: unknown): Promise<Row[]> {
    const { entity } = this.#model;
    if (!Array.isArray(list)) throw refused(entity, 'createMany takes an array');
    if (list.length > LIMITS.createMany)
      throw refused(entity, `createMany takes at most ${LIMITS.createMany} rows`);
    const cipher = await this.#cipher();
    const cells = list.map((values) => createCells(this.#model, values, cipher));
    const batches = alikeBatches(cells);
    if (batches.length <= 1) return this.#insertBatches(this, batches, list.length, cipher);
    return this.#executor.transaction((inner) =>
      this.#insertBatches(new Writer(this.#model, inner, this.#ciphers), batches, list.length, cipher),
    );
  }

  async update(target: RowTarget, patch: unknown): Promise<Row> {
    const cipher = await this.#cipher();
    if (target.bound === undefined) throw rowNotFound(this.#model.entity, target.key);
    const cells = patchCells(this.#model, String(target.bound), patch, cipher);
    const statement = writes.updateOne(this.#model, target.bound, cells, target.revision);
    const [row] = await this.#rows(statement, cipher);
    return row ?? this.#nothingWritten(target, 'present');
  }

  async updateMany(where: unknown, patch: unknown): Promise<number> {
    const cipher = await this.#cipher();
    const { entity, sealed } = this.#model;
    for (const { property } of sealed) {
      if (isRecord(patch) && Object.hasOwn(patch, property)) {
        throw refused(entity, `${property} is encrypted for each row by itself; update the rows one by one`);
      }
    }
    const cells = patchCells(this.#model, '', patch, cipher);
    const parameters = new Parameters(cells.values);
    const condition = writeFilter({ model: this.#model, parameters, cipher }, where);
    if (condition === undefined) throw refused(entity, 'updateMany needs a filter');
    const statement = writes.updateWhere(this.#model, cells.targets, condition, parameters);
    return (await this.#executor.write(statement, 'present')).affected;
  }

  async upsert(values: unknown, on: unknown): Promise<Row> {
    const cipher = await this.#cipher();
    const cells = createCells(this.#model, values, cipher);
    const conflict = this.#conflictFields(on);
    const kept = new Set([this.#model.key.column, ...conflict.map(({ column }) => column)]);
    const changed = cells.targets.filter(({ column }) => !kept.has(column));
    const columns = conflict.map(({ column }) => column);
    const statement = writes.upsertOne(this.#model, cells, columns, changed.length > 0 ? changed : conflict);
    try {
      return this.#one(await this.#rows(statement, cipher));
    } catch (error) {
      throw this.#deletedTwin(error) ?? error;
    }
  }

  async remove(target: RowTarget): Promise<void> {
    if (target.bound === undefined) throw rowNotFound(this.#model.entity, target.key);
    const reach = this.#model.softDelete ? 'deleted' : 'present';
    const statement = writes.removeOne(this.#model, target.bound, target.revision);
    const { rows } = await this.#executor.write(statement, reach);
    if (rows.length === 0) await this.#nothingWritten(target, 'present');
    await this.#removed(target);
  }

  async purge(target: RowTarget): Promise<void> {
    if (target.bound === undefined) throw rowNotFound(this.#model.entity, target.key);
    const { rows } = await this.#executor.write(writes.purgeOne(this.#model, target.bound), 'purge');
    if (rows.length === 0) throw rowNotFound(this.#model.entity, target.key);
    await this.#removed(target);
  }

  async restore(target: RowTarget): Promise<Row> {
    const { entity, softDelete } = this.#model;
    if (!softDelete) {
      throw new AquiferError(
        'AQF_NOT_SUPPORTED',
        `${entity} has no soft delete, so nothing can be restored.`,
        {
          hint: 'Give the entity the trait softDelete.',
        },
      );
    }
    if (target.bound === undefined) throw rowNotFound(entity, target.key);
    const cipher = await this.#cipher();
    const [row] = await this.#rows(writes.restoreOne(this.#model, target.bound), cipher, 'deleted');
    if (!row) throw rowNotFound(entity, target.key);
    return row;
  }

  async #insertBatches(
    writer: Writer,
    batches: readonly Batch[],
    total: number,
    cipher: TenantCipher | undefined,
  ): Promise<Row[]> {
    const created: Row[] = new Array(total);
    for (const { cells, places } of batches) {
      const rows = await writer.#insertBatch(cells, cipher);
      places.forEach((place, index) => {
        created[place] = rows[index] as Row;
      });
    }
    return created;
  }

  async #insertBatch(cells: readonly writes.Cells[], cipher: TenantCipher | undefined): Promise<Row[]> {
    const [first] = cells;
    if (first && (cells.length === 1 || first.targets.length === 0)) {
      const rows: Row[] = [];
      for (const one of cells) rows.push(...(await this.#rows(writes.insertOne(this.#model, one), cipher)));
      return rows;
    }
    return this.#rows(writes.insertMany(this.#model, cells), cipher);
  }

  async #rows(
    statement: Statement,
    cipher: TenantCipher | undefined,
    reach: Reach = 'present',
  ): Promise<Row[]> {
    const { rows } = await this.#executor.write(statement, reach);
    const selection = selectionOf(this.#model);
    decodeRows(rows, selection);
    openRows(this.#model, rows, selection, cipher);
    const { entity, key, revision } = this.#model;
    const changed = rows.map((row) => ({
      id: String(row[key.property]),
      revision: revision ? Number(row.revision) : undefined,
    }));
    if (changed.length > 0) await this.#executor.changed({ entity, rows: changed });
    return rows;
  }

  #removed({ bound }: RowTarget): Promise<void> {
    const row = { id: String(bound), revision: undefined };
    return this.#executor.changed({ entity: this.#model.entity, rows: [row] });
  }

  #one([row]: Row[]): Row {
    if (!row)
      throw new AquiferError('AQF_INTERNAL', `The row written to ${this.#model.entity} did not come back.`);
    return row;
  }

  #cipher(): Promise<TenantCipher | undefined> {
    return cipherFor(this.#model, this.#executor, this.#ciphers);
  }

  /** Tells why no row was written: it is not there, or not at the revision that was expected. */
  async #nothingWritten({ key, bound, revision }: RowTarget, reach: Reach): Promise<never> {
    const { entity } = this.#model;
    if (revision !== undefined) {
      const { rows } = await this.#executor.write(writes.readRevision(this.#model, bound), reach);
      if (rows[0]) throw revisionConflict(entity, key, revision, Number(rows[0].revision));
    }
    throw rowNotFound(entity, key);
  }

  #conflictFields(on: unknown): Field[] {
    const { entity, key, sealed } = this.#model;
    if (on === undefined) return [key];
    if (!Array.isArray(on) || on.length === 0) throw refused(entity, 'on is an array of at least one field');
    const fields = on.map((property) => fieldNamed(this.#model, property));
    const hidden = fields.find((field) => field.sealed);
    if (hidden) throw refused(entity, `${hidden.property} is encrypted and no unique key`);
    if (sealed.length > 0 && fields.some((field) => field !== key)) {
      // Values are encrypted for the key of their row, which another unique key does not tell.
      throw refused(entity, 'rows with encrypted columns are upserted by their key');
    }
    return fields;
  }

  /** The policies keep an upsert from changing a row that is deleted. */
  #deletedTwin(error: unknown): AquiferError | undefined {
    const denied =
      isAquiferError(error, 'AQF_PERMISSION_DENIED') && error.message.includes('row-level security');
    if (!denied || !this.#model.softDelete) return undefined;
    const { entity } = this.#model;
    return new UniqueViolationError('AQF_UNIQUE_VIOLATION', `A deleted row of ${entity} has this key.`, {
      facts: { entity },
      hint: 'restore() the row, or remove it for good with hardDelete().',
    });
  }
}
