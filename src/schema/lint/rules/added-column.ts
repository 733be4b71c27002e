import type { ColumnDef, Constraint, Node } from 'libpg-query';
import { nodeAs, nodesWithin } from '../parser.js';
import type { Remark } from '../rule.js';

const SERIAL = /^(small|big)?serial[248]?$/;

/** Functions whose value is the same for all rows of a statement: stored once, no row is touched. */
const STEADY = new Set([
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_tenant',
  'current_actor',
  'to_timestamp',
  'make_interval',
  'make_date',
  'lower',
  'upper',
  'jsonb_build_object',
  'jsonb_build_array',
  'date_trunc',
  'timezone',
]);

const ADD_IN_STEPS =
  'Add the column without it, fill it in batches, then add the rule with NOT VALID and validate it.';

/** What ADD COLUMN does to a table that has rows. */
export function addedColumn(table: string, column: ColumnDef): Remark[] {
  const name = `${table}.${column.colname}`;
  const constraints = (column.constraints ?? []).flatMap((node) => nodeAs(node, 'Constraint') ?? []);
  const filling = fillingOf(column, constraints);
  const found = constraints.flatMap((constraint) => constraintOfColumn(name, constraint, filling));
  if (filling === 'rewrites') found.push(rewrites(name));
  if (filling === 'nothing' && constraints.some(isNotNull)) found.push(notNullWithoutDefault(name));
  return found.map((remark) => ({ ...remark, location: column.location }));
}

type Filling = 'nothing' | 'steady' | 'rewrites';

function fillingOf(column: ColumnDef, constraints: readonly Constraint[]): Filling {
  const type = nodeAs(column.typeName?.names?.at(-1), 'String')?.sval ?? '';
  if (SERIAL.test(type) || constraints.some(isComputed)) return 'rewrites';
  const preset = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr;
  if (!preset) return 'nothing';
  return isVolatile(preset) ? 'rewrites' : 'steady';
}

/** A virtual column (PostgreSQL 18) is computed when it is read. */
function isComputed({ contype, generated_kind }: Constraint): boolean {
  return contype === 'CONSTR_IDENTITY' || (contype === 'CONSTR_GENERATED' && generated_kind !== 'v');
}

function isVolatile(expression: Node): boolean {
  return nodesWithin([expression], 'FuncCall').some(
    ({ funcname = [] }) => !STEADY.has(nodeAs(funcname.at(-1), 'String')?.sval ?? ''),
  );
}

function isNotNull({ contype }: Constraint): boolean {
  return contype === 'CONSTR_NOTNULL' || contype === 'CONSTR_PRIMARY';
}

function constraintOfColumn(name: string, { contype }: Constraint, filling: Filling): Remark[] {
  if (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') {
    return [
      {
        rule: 'unique-builds-index',
        what: `ADD COLUMN ${name} with a key builds its index while every read and write waits.`,
        instead:
          'Add the column bare, CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX.',
      },
    ];
  }
  // A reference in a column of nulls has nothing to check.
  const checks = contype === 'CONSTR_CHECK' || (contype === 'CONSTR_FOREIGN' && filling !== 'nothing');
  if (!checks) return [];
  return [
    {
      rule: 'constraint-validates',
      what: `ADD COLUMN ${name} with a check or reference reads the whole table while every read and write waits.`,
      instead: ADD_IN_STEPS,
    },
  ];
}

function rewrites(name: string): Remark {
  return {
    rule: 'column-rewrites-table',
    what: `ADD COLUMN ${name} computes a value for each row: the whole table is written anew while every read and write waits.`,
    instead:
      'Add the column without a default, set the default in a second statement, then fill the old rows in batches.',
  };
}

function notNullWithoutDefault(name: string): Remark {
  return {
    rule: 'column-not-null-without-default',
    what: `ADD COLUMN ${name} NOT NULL fails on a table that has rows: they have no value for it.`,
    instead: 'Give it a constant default, or add it nullable, fill it in batches, then make it NOT NULL.',
  };
}
