import { AquiferError } from '../errors/index.js';
import type { JsonObject, RelationalProvider, Row, TenantContext, Transaction } from '../relational/index.js';
import { Branch } from './branch.js';
import { differences } from './merge.js';
import * as queries from './queries.js';
import { branchName, moment, pageSize, revisionNumber, rowName } from './schema.js';
import type { BranchSummary, FieldDifference, Revision } from './types.js';
import { VersionedRow } from './versioned-row.js';

/** The revisions and branches of one row of an entity with the trait `versioned`. */
export class RowVersions {
  readonly #relational: RelationalProvider;
  readonly #context: TenantContext;
  readonly #entity: string;
  readonly #rowId: string;

  /**
   * @param rowId the key without the tenant: a single column as text, several as a JSON array
   * @throws AQF_ARGUMENT_INVALID
   */
  constructor(relational: RelationalProvider, context: TenantContext, entity: string, rowId: string) {
    this.#relational = relational;
    // History is of rows that were deleted too, and a revert may bring one back.
    this.#context = { ...context, flags: ['deleted'] };
    ({ entity: this.#entity, rowId: this.#rowId } = rowName({ entity, rowId }));
  }

  /** Revisions, the newest first. @throws AQF_ARGUMENT_INVALID */
  list(options: { readonly before?: number; readonly limit?: number } = {}): Promise<Revision[]> {
    const { before, limit } = pageSize(options);
    return this.#ask<Revision & Row>(queries.REVISIONS, [before ?? null, limit]);
  }

  /** @throws AQF_REVISION_NOT_FOUND */
  async get(revision: number): Promise<Revision> {
    const [found] = await this.#ask<Revision & Row>(queries.REVISION_BY_NUMBER, [revisionNumber(revision)]);
    if (!found) throw this.#noRevision(`revision ${revision}`);
    return found;
  }

  /** The row as it was at a moment; undefined when it did not exist, or no longer. */
  async at(time: Date): Promise<JsonObject | undefined> {
    const [found] = await this.#ask<Revision & Row>(queries.REVISION_AT, [moment(time)]);
    return found && !['delete', 'purge'].includes(found.operation) ? found.row : undefined;
  }

  /** What differs between two revisions. @throws AQF_REVISION_NOT_FOUND */
  async diff(from: number, to: number): Promise<FieldDifference[]> {
    const [older, newer] = await Promise.all([this.get(from), this.get(to)]);
    const columns = await this.#transaction((row) => row.columns());
    return differences(pick(older.row, columns), pick(newer.row, columns));
  }

  /**
   * Writes the fields of a revision back, as a new revision; a soft-deleted row comes back with it.
   * @throws AQF_REVISION_NOT_FOUND, AQF_ROW_NOT_FOUND
   */
  async revert(revision: number): Promise<number> {
    await this.get(revision);
    return this.#transaction((current) => current.writeRevision(revision));
  }

  /**
   * Begins a branch at the row as it is now.
   * @throws AQF_ROW_NOT_FOUND, AQF_BRANCH_EXISTS
   */
  async createBranch(name: string): Promise<Branch> {
    branchName(name);
    await this.#transaction(async (current) => {
      const row = await current.lock();
      const values = [name, row.revision, JSON.stringify(row)];
      if ((await current.ask(queries.ADD_BRANCH, values)).length > 0) return;
      throw new AquiferError('AQF_BRANCH_EXISTS', `This row has a branch "${name}" already.`);
    });
    return this.branch(name);
  }

  /** A branch by its name; whether it exists shows with its first use. */
  branch(name: string): Branch {
    return new Branch((work) => this.#transaction(work), branchName(name));
  }

  branches(): Promise<BranchSummary[]> {
    return this.#ask<BranchSummary & Row>(queries.LIST_BRANCHES, []);
  }

  #transaction<T>(work: (row: VersionedRow) => Promise<T>): Promise<T> {
    return this.#relational.transaction(this.#context, (tx: Transaction) =>
      work(new VersionedRow(tx, this.#entity, this.#rowId)),
    );
  }

  async #ask<R extends Row>(text: string, values: readonly unknown[]): Promise<R[]> {
    const statement = { text, values: [this.#entity, this.#rowId, ...values] };
    return (await this.#relational.query<R>(this.#context, statement)).rows;
  }

  #noRevision(what: string): AquiferError {
    const facts = { entity: this.#entity, id: this.#rowId };
    return new AquiferError('AQF_REVISION_NOT_FOUND', `This row has no ${what}.`, { facts });
  }
}

function pick(row: JsonObject, columns: readonly string[]): JsonObject {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
}
