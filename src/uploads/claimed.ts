import type { Metadata } from '../documents/index.js';
import type { RequestFacts, Row, TenantContext } from '../relational/index.js';

/** An upload that this process works on. */
export interface ClaimedUpload extends Row {
  readonly tenantId: string;
  readonly id: string;
  /** Null when the file was deleted meanwhile. */
  readonly fileId: string | null;
  readonly fileName: string;
  readonly collection: string;
  readonly source: string;
  readonly title: string | null;
  readonly metadata: Metadata | null;
  readonly language: string | null;
  readonly roles: readonly string[] | null;
  readonly request: RequestFacts | null;
  readonly createdBy: string | null;
  /** Counting this one. */
  readonly attempts: number;
  /** Proves that it is still this process's. */
  readonly claim: string;
}

/** The document is written in the name and with the roles of whoever sent the file. */
export function contextOf({ tenantId, createdBy, roles, request }: ClaimedUpload): TenantContext {
  return {
    kind: 'tenant',
    tenantId,
    ...(createdBy !== null && { actorId: createdBy }),
    ...(roles !== null && { roles }),
    ...(request !== null && { request }),
  };
}
