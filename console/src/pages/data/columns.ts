import type { CSSProperties } from 'react';
import type { Entity, EntityField } from '../../api/entities.js';
import { kindOf } from './field-kind.js';

const BOOKKEEPING = ['createdAt', 'createdBy', 'updatedBy', 'deletedBy', 'embeddedAt', 'revision'];
const MOST = 10;

/** What of an entity is shown in a table: its key, what it is about, and when it changed. */
export function columnsOf({ key, fields }: Entity): readonly EntityField[] {
  const shown = fields.filter(({ name, type }) => !BOOKKEEPING.includes(name) && !/^vector/.test(type));
  const first = shown.filter(({ name }) => key.includes(name));
  const others = shown.filter(({ name }) => !key.includes(name) && name !== 'tenantId');
  return [...first, ...others].slice(0, MOST);
}

const WIDE = 190;
const NARROW = 120;

/** The widths of columns, the same for every row: texts get more of what there is. */
export function tracksOf(columns: readonly EntityField[]): CSSProperties {
  const widths = columns.map((field) => (isWide(field) ? WIDE : NARROW));
  const least = widths.reduce((sum, width) => sum + width, 0);
  return {
    '--tracks': widths.map((width) => `minmax(${width}px, ${width}fr)`).join(' '),
    '--least': `${least}px`,
  } as CSSProperties;
}

function isWide(field: EntityField): boolean {
  return kindOf(field) === 'text' && /text|char/.test(field.type) && !/code|id$/i.test(field.name);
}
