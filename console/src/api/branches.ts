import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { path } from './api.js';
import { useApi } from './api-context.js';
import type { Json, JsonObject } from './audit.js';
import type { Page } from './page.js';
import type { Difference, RowRef } from './rows.js';

export interface Branch {
  readonly name: string;
  readonly state: 'open' | 'merged' | 'abandoned';
  readonly baseRevision: number;
  readonly mergedRevision: number | null;
  readonly createdAt: string;
  readonly createdBy: string | null;
}

export interface BranchDetail extends Branch {
  /** The row as the branch has it. */
  readonly row: JsonObject;
  readonly revisions: readonly {
    readonly number: number;
    readonly changed: readonly string[];
    readonly at: string;
    readonly actorId: string | null;
  }[];
  /** What merging would change of the row as the branch found it. */
  readonly differences: readonly Difference[];
}

/** A field that the row and the branch both changed, each to something else. */
export interface MergeConflict {
  readonly field: string;
  readonly base: Json;
  readonly row: Json;
  readonly branch: Json;
}

export type Resolution = 'row' | 'branch' | { readonly value: Json };

export type MergeResult =
  | { readonly status: 'merged'; readonly revision: number; readonly changed: readonly string[] }
  | { readonly status: 'conflicts'; readonly conflicts: readonly MergeConflict[] };

const branchesPath = ({ entity, id }: RowRef) => path`/api/entities/${entity}/${id}/branches`;
const branchPath = (row: RowRef, name: string) => `${branchesPath(row)}/${encodeURIComponent(name)}`;
const branchKey = ({ entity, id }: RowRef) => ['row', entity, id, 'branches'];

export function useBranches(row: RowRef) {
  const api = useApi();
  return useQuery({
    queryKey: branchKey(row),
    queryFn: async ({ signal }) => (await api.get<Page<Branch>>(branchesPath(row), {}, signal)).items,
  });
}

export function useBranch(row: RowRef, name: string) {
  const api = useApi();
  return useQuery({
    queryKey: [...branchKey(row), name],
    queryFn: ({ signal }) => api.get<BranchDetail>(branchPath(row, name), {}, signal),
  });
}

/** What can be done with branches. A merge that meets conflicts is an answer, not an error. */
export function useBranchActs(row: RowRef) {
  const api = useApi();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['row', row.entity, row.id] });
  return {
    begin: useMutation({
      mutationFn: (name: string) => api.post<BranchDetail>(branchesPath(row), { name }),
      onSuccess,
    }),
    write: useMutation({
      mutationFn: ({ name, fields }: { name: string; fields: JsonObject }) =>
        api.ask(branchPath(row, name), { method: 'PATCH', body: fields }),
      onSuccess,
    }),
    abandon: useMutation({ mutationFn: (name: string) => api.delete(branchPath(row, name)), onSuccess }),
    merge: useMutation({
      mutationFn: ({
        name,
        resolutions,
      }: {
        name: string;
        resolutions?: Readonly<Record<string, Resolution>>;
      }) => api.post<MergeResult>(`${branchPath(row, name)}/merge`, resolutions ? { resolutions } : {}),
      onSuccess,
    }),
  };
}
