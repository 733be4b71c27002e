import { scanSql } from '../sql/sql-scanner.js';

export interface NamedStatement {
  /** With `:p1` where `$1` was. */
  readonly text: string;
  /** The highest number of a parameter. */
  readonly parameters: number;
}

/**
 * Writes a statement with the named parameters of the Data API. With `types`, the types as the server spells
 * them, every parameter is cast to its own.
 */
export function nameParameters(sql: string, types?: readonly string[]): NamedStatement {
  let text = '';
  let parameters = 0;
  let previous = '';
  for (const token of scanSql(sql)) {
    if (token.kind === 'parameter') {
      const number = Number(token.text.slice(1));
      parameters = Math.max(parameters, number);
      text += placeholder(number, types?.[number - 1]);
    } else if (token.kind === 'comment') {
      text += ' ';
    } else {
      // An array slice such as `a[1:n]` must not look like the parameter n.
      text += previous === ':' && token.kind === 'word' ? ` ${token.text}` : token.text;
    }
    previous = token.text;
  }
  return { text: text.trim().replace(/;$/, ''), parameters };
}

/** The name of the parameter `$number`. */
export function parameterName(number: number): string {
  return `p${number}`;
}

/**
 * Types whose input functions are not immutable and whose values may be long. Their text would be read again for
 * every row; a subquery is run once. The cast around it keeps `any (…)` from taking the subquery for its own.
 */
const READ_ONCE = /\[\]$|^jsonb?$/;

function placeholder(number: number, type: string | undefined): string {
  const name = `:${parameterName(number)}`;
  if (type === undefined) return ` ${name}`;
  const value = `cast(${name} as ${type})`;
  return READ_ONCE.test(type) ? ` cast((select ${value}) as ${type})` : ` ${value}`;
}
