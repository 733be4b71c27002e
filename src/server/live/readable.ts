import type { Permissions } from '../../accounts/index.js';
import { DOCUMENTS_ENTITY } from '../../documents/index.js';

/** Whether changes of an entity may be told to who has these permissions. */
export function mayRead(permissions: Permissions, entity: string): boolean {
  return permissions.allows(permissionEntity(entity), 'read');
}

/** The ledger's name of documents is that of their table. */
export function permissionEntity(entity: string): string {
  return entity === DOCUMENTS_ENTITY ? 'documents' : entity;
}
