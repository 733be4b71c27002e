import type { EntityField } from '../../api/entities.js';
import { parseValue } from './field-kind.js';

export const OPERATORS = [
  ['eq', 'is'],
  ['not', 'is not'],
  ['icontains', 'contains'],
  ['gte', 'at least'],
  ['lte', 'at most'],
  ['null', 'is null'],
  ['not null', 'is not null'],
] as const;
export type RowOperator = (typeof OPERATORS)[number][0];

/** The condition as the API takes it. */
export function conditionOf(
  field: EntityField,
  operator: RowOperator,
  value: string,
): Record<string, unknown> {
  if (operator === 'null') return { [field.name]: null };
  if (operator === 'not null') return { [field.name]: { not: null } };
  if (operator === 'icontains') return { [field.name]: { icontains: value } };
  return { [field.name]: { [operator]: parseValue(field, value) } };
}
