import type { Entity, EntityField } from '../../api/entities.js';

const BOOKKEEPING = ['createdAt', 'createdBy', 'updatedBy', 'deletedBy', 'embeddedAt', 'revision'];
const MOST = 10;

/** What of an entity is shown in a table: its key, what it is about, and when it changed. */
export function columnsOf({ key, fields }: Entity): readonly EntityField[] {
  const shown = fields.filter(({ name, type }) => !BOOKKEEPING.includes(name) && !/^vector/.test(type));
  const first = shown.filter(({ name }) => key.includes(name));
  const others = shown.filter(({ name }) => !key.includes(name) && name !== 'tenantId');
  return [...first, ...others].slice(0, MOST);
}
