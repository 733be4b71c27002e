import { AquiferError } from '../errors/index.js';
import type { JsonObject, Row, Transaction } from '../relational/index.js';
import * as queries from './queries.js';

/** One row within a transaction: read, locked and written by the names of its columns. */
export class VersionedRow {
  readonly #tx: Transaction;
  readonly #entity: string;
  readonly #rowId: string;

  constructor(tx: Transaction, entity: string, rowId: string) {
    this.#tx = tx;
    this.#entity = entity;
    this.#rowId = rowId;
  }

  /** The row as it is, locked until the transaction ends. @throws AQF_ROW_NOT_FOUND */
  async lock(): Promise<JsonObject> {
    const [found] = await this.ask<{ row: JsonObject | null }>(queries.LOCK_ROW);
    if (!found?.row) throw this.#notFound();
    return found.row;
  }

  /** Columns that may be written back: not the key, not what traits keep. */
  async columns(): Promise<readonly string[]> {
    const { rows } = await this.#tx.query<{ columns: string[] | null }>(queries.REVERTIBLE, [this.#entity]);
    return rows[0]?.columns ?? [];
  }

  /** Writes those of the fields that may be written; the new revision. @throws AQF_ROW_NOT_FOUND */
  write(fields: JsonObject): Promise<number> {
    return this.#write(queries.WRITE_ROW, JSON.stringify(fields));
  }

  /** Writes what a revision held; the new revision. @throws AQF_ROW_NOT_FOUND */
  writeRevision(revision: number): Promise<number> {
    return this.#write(queries.WRITE_REVISION, revision);
  }

  async #write(text: string, what: unknown): Promise<number> {
    const [written] = await this.ask<{ revision: number | null }>(text, [what]);
    if (typeof written?.revision !== 'number') throw this.#notFound();
    return written.revision;
  }

  async ask<R extends Row>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.#tx.query<R>(text, [this.#entity, this.#rowId, ...values])).rows;
  }

  #notFound(): AquiferError {
    const facts = { entity: this.#entity, id: this.#rowId };
    return new AquiferError('AQF_ROW_NOT_FOUND', `There is no such row of ${this.#entity}.`, { facts });
  }
}
