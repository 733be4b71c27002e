import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Answer, path } from './api.js';
import { useApi } from './api-context.js';
import type { Json, JsonObject } from './audit.js';
import { useList } from './page.js';

/** Which row of which entity. */
export interface RowRef {
  readonly entity: string;
  readonly id: string;
}

export interface Revision {
  readonly revision: number;
  readonly at: string;
  readonly operation: string;
  readonly changed: readonly string[] | null;
  readonly row: JsonObject;
  readonly actorId: string | null;
}

export interface Difference {
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

const rowPath = ({ entity, id }: RowRef) => path`/api/entities/${entity}/${id}`;

/** A row and its ETag, which says what a change was made from. */
export function useRow(row: RowRef) {
  const api = useApi();
  return useQuery({
    queryKey: ['row', row.entity, row.id],
    queryFn: ({ signal }) => api.ask<JsonObject>(rowPath(row), { query: { deleted: true }, signal }),
  });
}

export function useRevisions(row: RowRef) {
  const { entity, id } = row;
  return useList<Revision>(
    ['row', entity, id, 'history'],
    `${rowPath(row)}/history`,
    {},
    { cursor: 'before' },
  );
}

export function useDifferences(row: RowRef, from: number, to: number) {
  const api = useApi();
  return useQuery({
    queryKey: ['row', row.entity, row.id, 'diff', from, to],
    queryFn: async ({ signal }) => {
      const query = { from, to };
      const answer = await api.get<{ differences: Difference[] }>(`${rowPath(row)}/diff`, query, signal);
      return answer.differences;
    },
    enabled: from > 0 && from !== to,
  });
}

/** Runs something that changes rows, after which what tells of rows is read again. */
function useRowAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      // A list that was read far would be read again as far: it begins anew.
      void queries.resetQueries({ queryKey: ['rows'] });
      const stale = ['row', 'overview', 'audit'];
      await Promise.all(stale.map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  });
}

export interface RowChange {
  readonly fields: JsonObject;
  /** The ETag of the row that the change was made from; undefined writes over whatever is there. */
  readonly ifMatch: string | undefined;
}

export function useUpdate(row: RowRef) {
  const api = useApi();
  return useRowAct<RowChange, Answer<JsonObject>>(({ fields, ifMatch }) =>
    api.ask(rowPath(row), { method: 'PATCH', body: fields, ifMatch }),
  );
}

export function useCreate(entity: string) {
  const api = useApi();
  return useRowAct((fields: JsonObject) => api.post<JsonObject>(path`/api/entities/${entity}`, fields));
}

export function useDeleteRow(row: RowRef) {
  const api = useApi();
  return useRowAct<void, void>(() => api.delete(rowPath(row)));
}

export function useRestoreRow(row: RowRef) {
  const api = useApi();
  return useRowAct<void, unknown>(() => api.post(`${rowPath(row)}/restore`));
}

export function useRevert(row: RowRef) {
  const api = useApi();
  return useRowAct((revision: number) => api.post(`${rowPath(row)}/revert`, { revision }));
}
