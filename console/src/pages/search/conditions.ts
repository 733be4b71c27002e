/** One line of the filter: a key of the metadata, how it is compared, and with what. */
export interface Condition {
  readonly key: string;
  readonly operator: Operator;
  readonly value: string;
}

export const OPERATORS = [
  ['eq', 'is'],
  ['ne', 'is not'],
  ['contains', 'contains'],
  ['gte', 'at least'],
  ['lte', 'at most'],
  ['in', 'is one of'],
  ['exists', 'is there'],
] as const;
export type Operator = (typeof OPERATORS)[number][0];

export const EMPTY_CONDITION: Condition = { key: '', operator: 'eq', value: '' };

export function isWhole({ key, operator, value }: Condition): boolean {
  return key !== '' && (operator === 'exists' || value !== '');
}

/** All of the conditions must hold. */
export function filterOf(conditions: readonly Condition[]): Record<string, unknown> {
  return {
    and: conditions.map(({ key, operator, value }) => ({ [key]: { [operator]: operand(operator, value) } })),
  };
}

function operand(operator: Operator, value: string): unknown {
  if (operator === 'exists') return true;
  if (operator === 'contains') return value;
  if (operator === 'in') return value.split(',').map((part) => scalar(part.trim()));
  return scalar(value);
}

/** A number or a truth value where it reads as one; in quotes it is a text whatever it reads as. */
function scalar(text: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return /^".*"$/.test(text) ? text.slice(1, -1) : text;
}
