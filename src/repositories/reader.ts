import type { CipherSource, TenantCipher } from '../encryption/index.js';
import type { QueryResult, Row, Statement } from '../relational/index.js';
import type { Executor, Reach } from './executor.js';
import {
  attach,
  groupParents,
  type IncludePlan,
  includeStatement,
  planIncludes,
  takeParents,
} from './include.js';
import { LIMITS } from './limits.js';
import type { Model } from './model.js';
import type { LooseOptions } from './options.js';
import { refused } from './refusals.js';
import { cipherFor, openRows } from './sealing.js';
import { writeFilter } from './statements/filter.js';
import { nextCursor, planPage } from './statements/page.js';
import { Parameters } from './statements/parameters.js';
import { RANK_COLUMNS, type Ranking, rankedStatement } from './statements/ranked.js';
import { decodeRows, hide, type Selection, selectionOf } from './statements/selection.js';
import { StatementNames } from './statements/statement-names.js';

export interface RowPage {
  readonly rows: Row[];
  readonly nextCursor: string | undefined;
}

export interface RankedRow {
  readonly row: Row;
  readonly score: number;
  readonly scores: { readonly lexical: number | null; readonly semantic: number | null };
}

/** What one read is about: rows of one entity, with what is to be read along. */
interface Read {
  readonly model: Model;
  readonly cipher: TenantCipher | undefined;
  readonly includes: readonly IncludePlan[];
  readonly selection: Selection;
  readonly reach: Reach;
  readonly depth: number;
}

/** Reads rows of any entity for one session. */
export class Reader {
  readonly #executor: Executor;
  readonly #ciphers: CipherSource | undefined;

  constructor(executor: Executor, ciphers: CipherSource | undefined) {
    this.#executor = executor;
    this.#ciphers = ciphers;
  }

  /** The shortest way to a row: a fixed statement, nothing encrypted, nothing read along. */
  fetchByKey(statement: Statement): Promise<QueryResult<Row>> {
    return this.#executor.read(statement, 'present');
  }

  async page(model: Model, options: LooseOptions): Promise<RowPage> {
    const read = await this.#prepare(model, options, reachOf(model, options), 1);
    const plan = planPage(this.#filterContext(read), options, read.selection);
    const { rows } = await this.#executor.read(plan.statement, read.reach);
    const cursor = nextCursor(model, plan, rows);
    hide(
      rows,
      plan.positions.filter((alias) => alias !== undefined),
    );
    await this.#finish(read, rows);
    return { rows, nextCursor: cursor };
  }

  /** Rows in the order of a ranking, with the scores that each got. */
  async ranked(model: Model, options: LooseOptions, ranking: Ranking): Promise<RankedRow[]> {
    const read = await this.#prepare(model, options, 'present', 1);
    const statement = rankedStatement(this.#filterContext(read), options.where, read.selection, ranking);
    const { rows } = await this.#executor.read(statement, read.reach);
    const scores = rows.map((row) => RANK_COLUMNS.map((column) => row[column] as number | null));
    hide(rows, RANK_COLUMNS);
    await this.#finish(read, rows);
    return rows.map((row, index) => {
      const [score, lexical, semantic] = scores[index] as [number, number | null, number | null];
      return { row, score, scores: { lexical, semantic } };
    });
  }

  async byKey(model: Model, key: unknown, options: LooseOptions): Promise<Row | undefined> {
    const read = await this.#prepare(model, options, reachOf(model, options), 1);
    const text = `select ${read.selection.text} from ${model.table} where ${model.key.column} = $1`;
    const { rows } = await this.#executor.read(model.names.statement(text, [key]), read.reach);
    await this.#finish(read, rows);
    return rows[0];
  }

  async first(model: Model, options: LooseOptions): Promise<Row | undefined> {
    return (await this.page(model, { ...options, limit: 1 })).rows[0];
  }

  async count(model: Model, options: LooseOptions): Promise<number> {
    const row = await this.#aggregate(
      model,
      options,
      (from) => `select count(*)::double precision as result ${from}`,
    );
    return row as number;
  }

  async exists(model: Model, options: LooseOptions): Promise<boolean> {
    const row = await this.#aggregate(model, options, (from) => `select exists (select ${from}) as result`);
    return row as boolean;
  }

  async #aggregate(model: Model, options: LooseOptions, write: (from: string) => string): Promise<unknown> {
    const cipher = await cipherFor(model, this.#executor, this.#ciphers);
    const parameters = new Parameters();
    const filter = writeFilter({ model, parameters, cipher }, options.where);
    const from = `from ${model.table}${filter === undefined ? '' : ` where ${filter}`}`;
    const statement = model.names.statement(write(from), parameters.values);
    const { rows } = await this.#executor.read(statement, reachOf(model, options));
    return rows[0]?.result;
  }

  async #prepare(model: Model, options: LooseOptions, reach: Reach, depth: number): Promise<Read> {
    const includes = planIncludes(model, options.include, depth);
    const cipher = await cipherFor(model, this.#executor, this.#ciphers);
    const needed = includes.map(({ parentField }) => parentField);
    // Ciphertext is bound to the key of its row.
    const selection = selectionOf(model, options.select, cipher ? [...needed, model.key] : needed);
    return { model, cipher, includes, selection, reach, depth };
  }

  #filterContext({ model, cipher }: Read) {
    return { model, cipher, parameters: new Parameters() };
  }

  /** Makes rows of the driver into rows of the caller. */
  async #finish(read: Read, rows: Row[]): Promise<void> {
    const { model, selection, cipher, includes } = read;
    decodeRows(rows, selection);
    openRows(model, rows, selection, cipher);
    const groups = includes.map((plan) => groupParents(plan, rows));
    hide(rows, selection.hidden);
    // One level at a time, all relations of a level at once.
    await Promise.all(
      includes.map((plan, index) => this.#include(read, plan, rows, groups[index] ?? new Map())),
    );
  }

  async #include(
    parent: Read,
    plan: IncludePlan,
    all: readonly Row[],
    groups: ReturnType<typeof groupParents>,
  ): Promise<void> {
    const { target, options } = plan;
    const read = await this.#prepare(target, options, parent.reach, parent.depth + 1);
    const statement = includeStatement(this.#filterContext(read), plan, read.selection, groups);
    const { rows } = groups.size === 0 ? { rows: [] } : await this.#executor.read(statement, read.reach);
    const parents = takeParents(rows);
    attach(plan, all, groups, rows, parents);
    await this.#finish(read, rows);
  }
}

function reachOf(model: Model, { includeDeleted }: LooseOptions): Reach {
  if (includeDeleted === undefined || includeDeleted === false) return 'present';
  if (includeDeleted !== true) throw refused(model.entity, 'includeDeleted is true or false');
  return 'deleted';
}

/** Rows one page after the other, holding one page at a time. */
export async function* streamRows(
  reader: Reader,
  model: Model,
  options: LooseOptions,
): AsyncGenerator<Row, void> {
  const { batchSize = LIMITS.page / 2, ...rest } = options;
  let after: string | undefined;
  do {
    const page = await reader.page(model, {
      ...rest,
      limit: batchSize,
      ...(after !== undefined && { after }),
    });
    yield* page.rows;
    after = page.nextCursor;
  } while (after !== undefined);
}

const byKey = new WeakMap<Model, Statement>();

/** `select … where key = $1`, the same text under the same name for all. */
export function byKeyStatement(model: Model): Statement {
  const known = byKey.get(model);
  if (known) return known;
  const { text } = selectionOf(model);
  const statement = StatementNames.fixed(`select ${text} from ${model.table} where ${model.key.column} = $1`);
  byKey.set(model, statement);
  return statement;
}
