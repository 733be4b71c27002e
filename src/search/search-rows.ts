import type { AnyEntity } from '../entities/index.js';
import { AquiferError } from '../errors/index.js';
import type { FieldName, Found, Include, Ranked, RankedOptions, Repository } from '../repositories/index.js';
import { encodeVector } from '../vectors/index.js';
import { parseSearch } from './options.js';
import { canRead } from './question.js';
import { requestOf } from './request.js';
import type { SearchDependencies } from './search.js';
import type { SearchOptions } from './types.js';

/** How rows are ranked; which of them, and what is read of each, is said as a repository is told. */
export type RowSearchOptions<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  I extends Include<E> = Include<E>,
> = Pick<SearchOptions, 'mode' | 'limit' | 'languages' | 'prefix' | 'fuzzy' | 'fusion' | 'recall'> &
  RankedOptions<E, S, I>;

/** Rows that may be gone between being ranked and being read: so many more are ranked. */
const SPARE = 20;

/**
 * Rows of an entity for a question, best first: ranked as documents are, filtered by typed fields, under the policies of
 * the scope, in one statement besides what embedding the question takes.
 * @throws AQF_ARGUMENT_INVALID, AQF_FIELD_UNKNOWN; AQF_ENTITY_INVALID when the entity is not searchable
 */
export async function searchRows<
  E extends AnyEntity,
  S extends FieldName<E> = never,
  const I extends Include<E> = Record<never, never>,
>(
  { embedder, settings, meter }: Pick<SearchDependencies, 'embedder' | 'settings' | 'meter'>,
  repository: Repository<E>,
  question: string,
  options: RowSearchOptions<E, S, I> = {} as RowSearchOptions<E, S, I>,
): Promise<Ranked<Found<E, S, I>>[]> {
  if (typeof options !== 'object' || options === null) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'The options of a search are an object.');
  }
  const { select, include, where, ...ranking } = options;
  const { text, parsed } = parseSearch(question, ranking, settings.defaultLimit);
  const began = performance.now();
  const isAsked = parsed.mode !== 'lexical' && canRead(embedder, text);
  const vector = isAsked
    ? encodeVector(await embedder.embedQuery(text, { tenantId: repository.tenantId }))
    : null;
  const embedMs = performance.now() - began;
  const request = requestOf(text, parsed, embedder.model, settings);
  const read = { ...(select && { select }), ...(include && { include }), ...(where && { where }) };
  const rows = await repository.findRanked<S, I>(
    {
      request: JSON.stringify({ ...request, limit: parsed.limit + SPARE }),
      vector,
      limit: parsed.limit,
    },
    read as RankedOptions<E, S, I>,
  );
  meter?.note({
    mode: parsed.mode,
    of: 'rows',
    totalMs: performance.now() - began,
    phases: isAsked ? { embed: embedMs } : {},
    short: rows.length < parsed.limit ? 'few-rows' : undefined,
  });
  return rows;
}
