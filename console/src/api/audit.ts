import { useMutation } from '@tanstack/react-query';
import { useApi } from './api-context.js';
import { useList } from './page.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

export interface AuditRecord {
  readonly id: string;
  readonly at: string;
  readonly entity: string;
  readonly rowId: string;
  readonly operation: string;
  readonly action: string;
  readonly result: string;
  readonly revision: number | null;
  readonly changed: readonly string[] | null;
  readonly before: JsonObject | null;
  readonly row: JsonObject | null;
  readonly actorId: string | null;
  readonly roles: readonly string[] | null;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly details: Json;
}

export interface AuditFilter {
  readonly entity: string;
  readonly rowId: string;
  readonly actorId: string;
  readonly action: string;
  readonly requestId: string;
  /** ISO 8601. */
  readonly since: string;
  readonly until: string;
}

export interface Verification {
  readonly intact: boolean;
  readonly sealed: number;
  readonly problems: readonly {
    readonly problem: string;
    readonly seq: string | null;
    readonly recordId: string | null;
  }[];
}

export function useAudit(filter: AuditFilter) {
  return useList<AuditRecord>(['audit'], '/api/audit', { ...filter });
}

/** Checks the chain of seals over all records. */
export function useVerification() {
  const api = useApi();
  return useMutation({ mutationFn: () => api.post<Verification>('/api/audit/verify') });
}
