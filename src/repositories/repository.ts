import type { AnyEntity, CreateOf, KeyOf, PatchOf, RowOf } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';
import type { QueryResult, Row, Statement, TransactionOptions } from '../relational/index.js';
import { type Model, modelOf } from './model.js';
import {
  COUNT_OPTIONS,
  checkedOptions,
  FIND_ONE_OPTIONS,
  FIND_OPTIONS,
  RANKED_OPTIONS,
  READ_OPTIONS,
  STREAM_OPTIONS,
} from './options.js';
import { byKeyStatement, Reader, streamRows } from './reader.js';
import { refused } from './refusals.js';
import type { BaseSession, SessionParts } from './session.js';
import { checkRanking, type Ranking } from './statements/ranked.js';
import { decodeRows, selectionOf } from './statements/selection.js';
import type {
  CountOptions,
  FieldName,
  FindManyOptions,
  FindOneOptions,
  Found,
  Include,
  Page,
  Ranked,
  RankedOptions,
  ReadOptions,
  RevisionOption,
  StreamOptions,
  UpsertOptions,
  Where,
} from './types.js';
import { type RowTarget, Writer } from './writer.js';

const NOTHING: Promise<undefined> = Promise.resolve(undefined);

/**
 * The rows of one entity in one tenant. Every method may throw a DatabaseError by SQLSTATE, AQF_FIELD_UNKNOWN and
 * AQF_ARGUMENT_INVALID for what the entity does not have or take, and AQF_CIPHER_MISSING when it has encrypted
 * columns and the session no ciphers.
 */
export class Repository<E extends AnyEntity> {
  readonly entity: E;
  /** Whose rows they are. */
  readonly tenantId: string;
  readonly #model: Model;
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #session: BaseSession;
  readonly #byKey: Statement;

  constructor(entity: E, session: BaseSession, { executor, ciphers }: SessionParts) {
    this.entity = entity;
    this.tenantId = session.tenantId;
    this.#session = session;
    this.#model = modelOf(entity);
    this.#reader = new Reader(executor, ciphers);
    this.#writer = new Writer(this.#model, executor, ciphers);
    this.#byKey = byKeyStatement(this.#model);
  }

  /** The row of a key; undefined when this tenant has none. A key that cannot be one names no row. */
  findById<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    key: KeyOf<E>,
    options?: ReadOptions<E, S, I>,
  ): Promise<Found<E, S, I> | undefined> {
    return this.#findById(key, options) as Promise<Found<E, S, I> | undefined>;
  }

  /** One page of rows. Page after page, no row comes twice and none is left out that was there all the time. */
  async findMany<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    options?: FindManyOptions<E, S, I>,
  ): Promise<Page<Found<E, S, I>>> {
    const page = await this.#reader.page(this.#model, this.#checked(options, FIND_OPTIONS));
    return page as unknown as Page<Found<E, S, I>>;
  }

  /** The first row that fits. */
  async findOne<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    options?: FindOneOptions<E, S, I>,
  ): Promise<Found<E, S, I> | undefined> {
    const row = await this.#reader.first(this.#model, this.#checked(options, FIND_ONE_OPTIONS));
    return row as Found<E, S, I> | undefined;
  }

  /**
   * Rows in the order of a ranking: what entity search stands on.
   * @throws AQF_ENTITY_INVALID when the entity is not searchable
   */
  async findRanked<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    ranking: Ranking,
    options?: RankedOptions<E, S, I>,
  ): Promise<Ranked<Found<E, S, I>>[]> {
    if (!this.entity.traits.searchable) {
      throw new AquiferError(
        'AQF_ENTITY_INVALID',
        `The entity ${this.entity.name} is not searchable: give it the trait \`searchable\` with the columns to search.`,
      );
    }
    const checked = this.#checked(options, RANKED_OPTIONS);
    checkRanking(this.entity.name, ranking);
    const rows = await this.#reader.ranked(this.#model, checked, ranking);
    return rows as unknown as Ranked<Found<E, S, I>>[];
  }

  /** All rows that fit, read in pages while they are consumed; memory holds one page. */
  stream<S extends FieldName<E> = never, const I extends Include<E> = Record<never, never>>(
    options?: StreamOptions<E, S, I>,
  ): AsyncGenerator<Found<E, S, I>, void> {
    const rows = streamRows(this.#reader, this.#model, this.#checked(options, STREAM_OPTIONS));
    return rows as unknown as AsyncGenerator<Found<E, S, I>, void>;
  }

  async count(options?: CountOptions<E>): Promise<number> {
    return this.#reader.count(this.#model, this.#checked(options, COUNT_OPTIONS));
  }

  async exists(options?: CountOptions<E>): Promise<boolean> {
    return this.#reader.exists(this.#model, this.#checked(options, COUNT_OPTIONS));
  }

  /** Returns the row as it was stored, defaults included. @throws AQF_UNIQUE_VIOLATION and its like */
  async create(values: CreateOf<E>): Promise<RowOf<E>> {
    return this.#writer.create(values);
  }

  /** All or none, at most 10,000; the rows come back in the order they were given. */
  async createMany(values: readonly CreateOf<E>[]): Promise<RowOf<E>[]> {
    return this.#writer.createMany(values);
  }

  /**
   * @param options.revision the one the row must be at
   * @throws AQF_ROW_NOT_FOUND, AQF_REVISION_CONFLICT with the current revision in `facts`
   */
  async update(key: KeyOf<E>, patch: PatchOf<E>, options?: RevisionOption<E>): Promise<RowOf<E>> {
    return this.#writer.update(this.#target(key, options), patch);
  }

  /** Returns how many rows were changed. An empty filter is refused. */
  async updateMany(where: Where<E>, patch: PatchOf<E>): Promise<number> {
    return this.#writer.updateMany(where, patch);
  }

  /**
   * Creates the row, or gives these values to the one that has its key.
   * @throws AQF_UNIQUE_VIOLATION when a soft-deleted row has that key
   */
  async upsert(values: CreateOf<E>, options?: UpsertOptions<E>): Promise<RowOf<E>> {
    return this.#writer.upsert(values, this.#checked(options, ['on']).on);
  }

  /** A soft delete where the entity has the trait, a removal otherwise. @throws AQF_ROW_NOT_FOUND, AQF_REVISION_CONFLICT */
  async delete(key: KeyOf<E>, options?: RevisionOption<E>): Promise<void> {
    return this.#writer.remove(this.#target(key, options));
  }

  /** Removes a row for good, deleted before or not. @throws AQF_ROW_NOT_FOUND */
  async hardDelete(key: KeyOf<E>): Promise<void> {
    return this.#writer.purge(this.#target(key, undefined));
  }

  /** Brings a soft-deleted row back. @throws AQF_ROW_NOT_FOUND; AQF_NOT_SUPPORTED without the trait */
  async restore(key: KeyOf<E>): Promise<RowOf<E>> {
    return this.#writer.restore(this.#target(key, undefined));
  }

  /**
   * Runs `work` in one transaction, within another one in a savepoint of it. What is to be part of it goes through
   * the repository and the session that `work` is given.
   */
  transaction<T>(
    work: (repository: Repository<E>, session: BaseSession) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.#session.transaction((inner) => work(inner.repository(this.entity), inner), options);
  }

  #findById(key: unknown, options: unknown): Promise<Row | undefined> {
    const bound = this.#boundKey(key);
    if (options === undefined && this.#model.sealed.length === 0) {
      if (bound === undefined) return NOTHING;
      return this.#reader.fetchByKey({ ...this.#byKey, values: [bound] }).then(this.#first);
    }
    return this.#findWith(bound, options);
  }

  async #findWith(bound: unknown, options: unknown): Promise<Row | undefined> {
    const checked = this.#checked(options, READ_OPTIONS);
    return bound === undefined ? undefined : this.#reader.byKey(this.#model, bound, checked);
  }

  readonly #first = ({ rows }: QueryResult<Row>): Row | undefined => {
    decodeRows(rows, selectionOf(this.#model));
    return rows[0];
  };

  /** A key as it is bound; undefined for what can be no key. */
  #boundKey(key: unknown): unknown {
    if (key === null || key === undefined) return undefined;
    try {
      return this.#model.key.encode(key);
    } catch (error) {
      if (error instanceof AquiferError) return undefined;
      throw error;
    }
  }

  #target(key: unknown, options: unknown): RowTarget {
    const { entity, revision: hasRevision } = this.#model;
    const { revision } = this.#checked(options, hasRevision ? ['revision'] : []);
    if (revision !== undefined && !Number.isSafeInteger(revision))
      throw refused(entity, 'revision is a whole number');
    return { key, bound: this.#boundKey(key), revision: revision as number | undefined };
  }

  #checked(options: unknown, known: readonly string[]) {
    return checkedOptions(this.#model.entity, options, known);
  }
}
