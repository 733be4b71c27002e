import { type ListKeyOptions, RecordManager, type UpdateOptions } from '@langchain/core/indexing';
import { AquiferError } from '../../errors/index.js';
import type { QueryResult, Row } from '../../relational/index.js';
import { FORGET_KEYS, KNOWN_KEYS, LIST_KEYS, NOW_QUERY, SEE_KEYS } from './queries.js';

export interface AquiferRecordManagerFields {
  /** A scope: what was indexed is remembered for its tenant. */
  readonly scope: {
    query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<QueryResult<R>>;
  };
  /** What the keys are of: name it after the vectors that are indexed. 1 to 128 characters. */
  readonly namespace: string;
}

/**
 * Remembers for LangChain's `index()` which documents were indexed, and when they were seen last, by the clock of the
 * database. The table is there since the database was migrated.
 */
export class AquiferRecordManager extends RecordManager {
  override lc_namespace = ['aquifer', 'recordmanagers'];
  readonly #scope: AquiferRecordManagerFields['scope'];
  readonly #namespace: string;

  /** @throws AQF_ARGUMENT_INVALID for a namespace of another length */
  constructor({ scope, namespace }: AquiferRecordManagerFields) {
    super({});
    if (namespace.length < 1 || namespace.length > 128) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'A namespace has 1 to 128 characters.');
    }
    this.#scope = scope;
    this.#namespace = namespace;
  }

  async createSchema(): Promise<void> {}

  /** Milliseconds since 1970, with fractions. */
  async getTime(): Promise<number> {
    const { rows } = await this.#scope.query<{ now: number }>(NOW_QUERY);
    return rows[0]?.now ?? Number.NaN;
  }

  /** @throws AQF_ARGUMENT_INVALID without a group for each key; AQF_QUERY_FAILED when the clock is before `timeAtLeast` */
  async update(keys: string[], { groupIds, timeAtLeast }: UpdateOptions = {}): Promise<void> {
    if (groupIds && groupIds.length !== keys.length) {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        `There are ${keys.length} keys and ${groupIds.length} groups; each key needs its own.`,
      );
    }
    const groups = new Map(keys.map((key, index) => [key, groupIds?.[index] ?? null]));
    if (groups.size === 0) return;
    const { affected } = await this.#scope.query(SEE_KEYS, [
      this.#namespace,
      [...groups.keys()],
      [...groups.values()],
      timeAtLeast ?? null,
    ]);
    if (affected === 0) throw clockWentBack();
  }

  async exists(keys: string[]): Promise<boolean[]> {
    const { rows } = await this.#scope.query<{ key: string }>(KNOWN_KEYS, [this.#namespace, keys]);
    const known = new Set(rows.map(({ key }) => key));
    return keys.map((key) => known.has(key));
  }

  async listKeys({ before, after, groupIds, limit }: ListKeyOptions = {}): Promise<string[]> {
    const { rows } = await this.#scope.query<{ key: string }>(LIST_KEYS, [
      this.#namespace,
      before ?? null,
      after ?? null,
      groupIds ?? null,
      limit ?? null,
    ]);
    return rows.map(({ key }) => key);
  }

  async deleteKeys(keys: string[]): Promise<void> {
    await this.#scope.query(FORGET_KEYS, [this.#namespace, keys]);
  }
}

function clockWentBack(): AquiferError {
  return new AquiferError(
    'AQF_QUERY_FAILED',
    'The clock of the database went back during this indexing run.',
    {
      hint: 'Run it again: what was stored stays, and nothing is deleted that was seen.',
    },
  );
}
