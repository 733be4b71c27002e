import { createHash } from 'node:crypto';

/** Where a store keeps what is a tenant's: as `aquifer.file_space` has it, so that no tenant's id becomes a path. */
export function fileSpace(tenantId: string): string {
  return createHash('sha256').update(tenantId, 'utf8').digest('hex').slice(0, 32);
}
