import type { Json } from '../../api/audit.js';
import type { EntityField } from '../../api/entities.js';

export type FieldKind = 'boolean' | 'number' | 'json' | 'choice' | 'text';

/** How a field is shown and edited, by its SQL type. */
export function kindOf({ type, values }: Pick<EntityField, 'type' | 'values'>): FieldKind {
  if (values && values.length > 0) return 'choice';
  const name = type.toLowerCase();
  if (/^bool/.test(name)) return 'boolean';
  // 64-bit numbers and decimals are texts in JSON: a number would lose digits.
  if (/^(smallint|integer|int2|int4|real|double|float|serial|smallserial)/.test(name) && !name.endsWith('[]'))
    return 'number';
  return /json|\[\]$|^vector/.test(name) ? 'json' : 'text';
}

/** What someone typed, as a value of the field. @throws SyntaxError where a field of JSON gets something else */
export function parseValue(field: EntityField, text: string): Json {
  const kind = kindOf(field);
  if (kind === 'boolean') return text === 'true';
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return kind === 'json' ? (JSON.parse(text) as Json) : text;
}

/** A value of a field as it is edited. */
export function editedText(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}
