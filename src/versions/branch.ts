import { AquiferError } from '../errors/index.js';
import type { JsonObject, Row } from '../relational/index.js';
import { differences, merge } from './merge.js';
import * as queries from './queries.js';
import { checkFields, checkResolutions } from './schema.js';
import type { BranchRevision, BranchSummary, FieldDifference, MergeResult, Resolution } from './types.js';
import type { VersionedRow } from './versioned-row.js';

type StoredBranch = BranchSummary & { readonly base: JsonObject } & Row;
type InTransaction = <T>(work: (row: VersionedRow) => Promise<T>) => Promise<T>;

/** A line of revisions beside a row. Nothing of it shows in the row until it is merged. */
export class Branch {
  readonly name: string;
  readonly #transaction: InTransaction;

  constructor(transaction: InTransaction, name: string) {
    this.#transaction = transaction;
    this.name = name;
  }

  /** The row as the branch has it. @throws AQF_BRANCH_NOT_FOUND */
  read(): Promise<JsonObject> {
    return this.#transaction(async (row) => this.#head(row, await this.#lock(row)));
  }

  /** Revisions of the branch, the newest first, at most 1000. */
  revisions(): Promise<BranchRevision[]> {
    return this.#transaction((row) =>
      row.ask<BranchRevision & Row>(queries.BRANCH_REVISIONS, [this.name, 1000]),
    );
  }

  /**
   * Changes fields on the branch, as its next revision; its number.
   * @throws AQF_BRANCH_NOT_FOUND, AQF_BRANCH_CLOSED, AQF_FIELD_UNKNOWN
   */
  update(fields: JsonObject): Promise<number> {
    return this.#transaction(async (row) => {
      const head = await this.#head(row, await this.#lockOpen(row));
      checkFields(fields, await row.columns());
      const next = { ...head, ...fields };
      const changed = differences(head, next).map(({ field }) => field);
      const values = [this.name, JSON.stringify(next), changed];
      return (await row.ask<{ number: number }>(queries.ADD_BRANCH_REVISION, values))[0]?.number ?? 0;
    });
  }

  /** What merging would change of the row as the branch found it. */
  diff(): Promise<FieldDifference[]> {
    return this.#transaction(async (row) => {
      const branch = await this.#lock(row);
      return differences(branch.base, await this.#head(row, branch));
    });
  }

  /**
   * Merges the branch into the row, by field. Where both changed a field, each to something else, nothing is
   * written and the conflicts are returned; called again with a resolution for each, it merges.
   * @throws AQF_BRANCH_NOT_FOUND, AQF_BRANCH_CLOSED, AQF_ROW_NOT_FOUND, AQF_ARGUMENT_INVALID
   */
  merge(resolutions: Readonly<Record<string, Resolution>> = {}): Promise<MergeResult> {
    const settled = checkResolutions(resolutions);
    return this.#transaction(async (row) => {
      const current = await row.lock();
      const branch = await this.#lockOpen(row);
      const columns = await row.columns();
      const [base, ours, theirs] = [branch.base, current, await this.#head(row, branch)].map((side) =>
        Object.fromEntries(columns.map((column) => [column, side[column] ?? null])),
      ) as [JsonObject, JsonObject, JsonObject];
      const { fields, conflicts } = merge(base, ours, theirs, settled);
      if (conflicts.length > 0) return { status: 'conflicts', conflicts };
      const changed = Object.keys(fields);
      const revision = changed.length > 0 ? await row.write(fields) : Number(current.revision);
      await row.ask(queries.CLOSE_BRANCH, [this.name, 'merged', revision]);
      return { status: 'merged', revision, changed };
    });
  }

  /** Closes the branch without merging; its revisions stay. @throws AQF_BRANCH_NOT_FOUND, AQF_BRANCH_CLOSED */
  abandon(): Promise<void> {
    return this.#transaction(async (row) => {
      await this.#lockOpen(row);
      await row.ask(queries.CLOSE_BRANCH, [this.name, 'abandoned', null]);
    });
  }

  async #lock(row: VersionedRow): Promise<StoredBranch> {
    const [branch] = await row.ask<StoredBranch>(queries.LOCK_BRANCH, [this.name]);
    if (branch) return branch;
    throw new AquiferError('AQF_BRANCH_NOT_FOUND', `This row has no branch "${this.name}".`);
  }

  async #lockOpen(row: VersionedRow): Promise<StoredBranch> {
    const branch = await this.#lock(row);
    if (branch.state === 'open') return branch;
    throw new AquiferError('AQF_BRANCH_CLOSED', `The branch "${this.name}" is ${branch.state}.`);
  }

  async #head(row: VersionedRow, branch: StoredBranch): Promise<JsonObject> {
    const [latest] = await row.ask<BranchRevision & Row>(queries.BRANCH_REVISIONS, [this.name, 1]);
    return latest?.row ?? branch.base;
  }
}
