import type { Statement } from '../../relational/index.js';
import { refused } from '../refusals.js';
import { type FilterContext, writeFilter } from './filter.js';
import type { Selection } from './selection.js';

/** A ranking of rows by a question: what the database's search function is asked. */
export interface Ranking {
  /** Request of `aquifer.search_rows`, as JSON. */
  readonly request: string;
  /** The question's vector as a binary `real[]`; null for words alone. */
  readonly vector: Uint8Array | null;
  readonly limit: number;
}

/** What the columns of the ranking are called: no column of an entity begins so. */
const ALIASES = { key: '"aq$key"', score: '"aq$score"', lexical: '"aq$lexical"', semantic: '"aq$semantic"' };
export const RANK_COLUMNS = ['aq$score', 'aq$lexical', 'aq$semantic'] as const;

/**
 * Ranking, filter, permissions and soft delete in one statement: the filter leaves keys under the policies of the scope,
 * the search function ranks those, and the rows are joined to them under the same policies.
 * @throws AQF_FIELD_UNKNOWN, AQF_ARGUMENT_INVALID
 */
export function rankedStatement(
  context: FilterContext,
  where: unknown,
  selection: Selection,
  ranking: Ranking,
): Statement {
  const { model, parameters } = context;
  const filter = writeFilter(context, where);
  const bound = [model.entity, ranking.request, ranking.vector].map((value) => parameters.bind(value));
  const [entity, request, vector] = bound as [string, string, string];
  const allowed =
    filter === undefined
      ? 'null'
      : `array(select ${model.key.column}::text from ${model.table} where ${filter})`;
  const { key, score, lexical, semantic } = ALIASES;
  const text =
    `select ${selection.text}, ${score}, ${lexical}, ${semantic} ` +
    `from aquifer.search_rows(${entity}, ${request}::jsonb, ${vector}::real[]::halfvec, ${allowed}) ` +
    `as ranked (${key}, ${score}, ${lexical}, ${semantic}) ` +
    `join ${model.table} on ${model.table}.${model.key.column} = ${key}::${model.key.cast} ` +
    `order by ${score} desc, ${key} limit ${parameters.bind(ranking.limit)}`;
  return model.names.statement(text, parameters.values);
}

/** @throws AQF_ARGUMENT_INVALID */
export function checkRanking(entity: string, ranking: Ranking): void {
  const { request, vector, limit } = Object(ranking) as Partial<Ranking>;
  const isVector = vector === null || vector instanceof Uint8Array;
  const isLimit = Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= 1000;
  if (typeof request !== 'string' || !isVector || !isLimit) {
    throw refused(entity, 'a ranking has a request, a vector or null, and a limit of 1 to 1000');
  }
}
