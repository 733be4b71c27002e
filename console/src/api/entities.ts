import { useQuery } from '@tanstack/react-query';
import { path } from './api.js';
import { useApi } from './api-context.js';
import type { JsonObject } from './audit.js';
import { type Page, useList } from './page.js';

export interface EntityField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** The database gives it its value. */
  readonly generated: boolean;
  readonly encrypted: boolean;
  /** Whether a new row needs it to be given. */
  readonly required: boolean;
  /** What an enumeration allows. */
  readonly values?: readonly string[];
}

export interface Entity {
  readonly name: string;
  /** Fields of its key, without the tenant. */
  readonly key: readonly string[];
  readonly fields: readonly EntityField[];
  readonly traits: readonly string[];
  /** What this credential may. */
  readonly actions: readonly string[];
}

export interface RowQuery {
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  /** `name,-createdAt` */
  readonly order?: string | undefined;
  readonly state: 'stored' | 'deleted';
}

const ROWS_AT_ONCE = 200;

export function useEntities() {
  const api = useApi();
  return useQuery({
    queryKey: ['entities'],
    queryFn: async ({ signal }) => (await api.get<Page<Entity>>('/api/entities', {}, signal)).items,
    staleTime: 60_000,
  });
}

export function useRows(entity: string, { filter, order, state }: RowQuery) {
  // Deleted rows come along with the others: those alone are asked for by when they were deleted.
  const all =
    state === 'deleted' ? { and: [{ deletedAt: { not: null } }, ...(filter ? [filter] : [])] } : filter;
  const query = {
    filter: all && JSON.stringify(all),
    order,
    ...(state === 'deleted' && { deleted: true }),
  };
  return useList<JsonObject>(['rows', entity], path`/api/entities/${entity}`, query, { limit: ROWS_AT_ONCE });
}

/** The id of a row as paths have it: of one column its text, of several a JSON array. */
export function rowId({ key }: Pick<Entity, 'key'>, row: JsonObject): string {
  const values = key.map((field) => row[field] ?? null);
  return values.length === 1 ? String(values[0]) : JSON.stringify(values);
}
