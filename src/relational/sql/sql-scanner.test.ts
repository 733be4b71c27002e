import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameParameters } from '../aurora/named-parameters.js';
import { splitStatements } from '../aurora/split-statements.js';
import { type SqlToken, scanSql } from './sql-scanner.js';

type Kind = SqlToken['kind'];
interface Piece {
  readonly kind: Kind;
  readonly text: string;
}

const anything = fc.string({ unit: fc.constantFrom(...`a1 ;:$'"\\-*/(){}p_é\n`) });
const word = fc
  .constantFrom('select', 'e', 'E', 'x', 'Nord', 'größe', 'a$1', '_1', 'begin', 'case')
  .map((text): Piece => ({ kind: 'word', text }));
const string = anything.map((text): Piece => ({ kind: 'literal', text: `'${text.replaceAll("'", "''")}'` }));
const escapeString = anything.map(
  (text): Piece => ({ kind: 'literal', text: `E'${text.replace(/[\\']/g, '\\$&')}'` }),
);
const identifier = anything.map(
  (text): Piece => ({ kind: 'literal', text: `"${text.replaceAll('"', '""')}"` }),
);
const dollarQuote = fc.tuple(fc.constantFrom('$$', '$t$', '$größe$'), anything).map(([tag, text]): Piece => {
  return { kind: 'literal', text: `${tag}${text.replaceAll('$', '')}${tag}` };
});
const comment = anything.map(
  (text): Piece => ({ kind: 'comment', text: `/*${text.replace(/[*/]/g, '')}/* $1 ; */*/` }),
);
const lineComment = anything.map(
  (text): Piece => ({ kind: 'comment', text: `--${text.replaceAll('\n', '')}` }),
);
const parameter = fc.integer({ min: 1, max: 99 }).map((n): Piece => ({ kind: 'parameter', text: `$${n}` }));
const cast = fc.constant<Piece>({ kind: 'cast', text: '::' });
const symbol = fc
  .constantFrom('(', ')', ',', '=', '[', ']', ':', '->>', '?')
  .map((text): Piece => ({ kind: 'symbol', text }));

const piece = fc.oneof(
  word,
  string,
  escapeString,
  identifier,
  dollarQuote,
  comment,
  lineComment,
  parameter,
  cast,
  symbol,
);

/** Each on a line of its own, so that no two become one and a line comment ends. */
function join(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('\n');
}

describe('scanning SQL', () => {
  test('finds strings, identifiers, comments, parameters and casts as they were put together', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const told = (found: readonly Piece[]) =>
          found.filter(({ kind }) => kind !== 'symbol' && kind !== 'space');
        expect(told([...scanSql(join(pieces))])).toEqual(told(pieces));
      }),
    );
  });

  test('loses no character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (sql) => {
        expect([...scanSql(sql)].map(({ text }) => text).join('')).toBe(sql);
      }),
    );
    fc.assert(
      fc.property(anything, (sql) => {
        expect([...scanSql(sql)].map(({ text }) => text).join('')).toBe(sql);
      }),
    );
  });

  test('takes time in proportion to the text, even for what is left open', () => {
    for (const opening of [`'`, `"`, `E'`, '$$', '/*', '/*/*']) {
      const tokens = [...scanSql(`select ${opening}${`''a/*\\`.repeat(100_000)}`)];
      expect(tokens.length).toBeGreaterThan(2);
    }
  });
});

describe('naming parameters', () => {
  test('replaces every parameter outside of strings, identifiers and comments, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const numbers = pieces.filter(({ kind }) => kind === 'parameter').map(({ text }) => text.slice(1));
        const { text, parameters } = nameParameters(join(pieces));
        const tokens = [...scanSql(text)];
        expect(tokens.filter(({ kind }) => kind === 'parameter')).toEqual([]);
        expect(tokens.filter(({ text: word }) => /^p\d+$/.test(word)).map(({ text: word }) => word)).toEqual(
          numbers.map((number) => `p${number}`),
        );
        expect(parameters).toBe(Math.max(0, ...numbers.map(Number)));
        const literals = (all: readonly Piece[]) => all.filter(({ kind }) => kind === 'literal');
        expect(literals(tokens)).toEqual(literals(pieces));
      }),
    );
  });

  test.each([
    ['select $1::uuid, $2', 'select  cast(:p1 as uuid)::uuid,  cast(:p2 as text)'],
    ['select a[$1:$2], a[1:n]', 'select a[ cast(:p1 as uuid): cast(:p2 as text)], a[1: n]'],
    ["select '$1', $q$ :p1 $2 $q$ -- $1", "select '$1', $q$ :p1 $2 $q$"],
    ['select 1;', 'select 1'],
    ['select 1 = any ($3)', 'select 1 = any ( cast((select cast(:p3 as integer[])) as integer[]))'],
  ])('%s', (sql, text) => {
    expect(nameParameters(sql, ['uuid', 'text', 'integer[]']).text).toBe(text);
  });
});

describe('splitting statements', () => {
  test('gives back the statements that were joined', () => {
    const statement = fc
      .array(fc.oneof(word, string, escapeString, identifier, dollarQuote, parameter), { minLength: 1 })
      .map((pieces) => join(pieces));
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        expect(splitStatements(statements.join('\n; -- ;\n'))).toEqual(statements);
      }),
    );
  });

  test('keeps a body of standard SQL together, with the cases in it', () => {
    const body =
      'create function f() returns int begin atomic select case when true then 1 end; select 2; end';
    expect(splitStatements(`${body}; select 3;`)).toEqual([body, 'select 3']);
  });

  test('keeps a rule of several actions together', () => {
    const rule =
      'create rule r as on insert to t do also (insert into a values (1); insert into b values (2))';
    expect(splitStatements(`${rule};;\n/* ; */;select 1`)).toEqual([rule, 'select 1']);
  });
});
