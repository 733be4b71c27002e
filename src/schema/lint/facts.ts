import type { Constraint } from 'libpg-query';
import { TENANT_LIKE } from '../tenant-column.js';
import { type Node, nodeAs, nodesWithin } from './parser.js';
import { nameFromText, tableName } from './table-name.js';

export interface NewTable {
  readonly name: string;
  /** The column that says whose a row is. */
  readonly tenant: string | undefined;
}

/** A new table with a tenant column, and where it was made. */
export interface TenantTable {
  readonly name: string;
  readonly tenant: string;
  readonly file: string;
  readonly line: number;
}

const tenantLike = new RegExp(TENANT_LIKE, 'i');

/** The table that a statement makes; temporary tables and partitions have no tenant of their own. */
export function newTable(node: Node): NewTable | undefined {
  const made = nodeAs(node, 'CreateTableAsStmt')?.into?.rel;
  if (made) return { name: tableName(made), tenant: undefined };
  const create = nodeAs(node, 'CreateStmt');
  if (!create) return undefined;
  const ofItsOwn = create.relation?.relpersistence !== 't' && !create.partbound;
  const columns = (create.tableElts ?? []).map((element) => nodeAs(element, 'ColumnDef')?.colname);
  const tenant = ofItsOwn ? columns.find((name) => name !== undefined && tenantLike.test(name)) : undefined;
  return { name: tableName(create.relation), tenant };
}

/** The table of `aquifer.adopt('app.documents', …)` or `aquifer.isolate(…)`. */
export function adoptedTable(node: Node): string | undefined {
  const called = nodeAs(node, 'CallStmt')?.funccall;
  const calls = called ? [called] : nodesWithin(node, 'FuncCall');
  const call = calls.find(({ funcname = [] }) =>
    /^aquifer\.(adopt|isolate)$/.test(funcname.map((part) => nodeAs(part, 'String')?.sval).join('.')),
  );
  const constant = call && nodesWithin(call.args, 'A_Const')[0]?.sval?.sval;
  return constant === undefined ? undefined : nameFromText(constant);
}

/** `set lock_timeout = …` in any of its forms. */
export function isLockTimeout(node: Node): boolean {
  if (nodeAs(node, 'VariableSetStmt')?.name === 'lock_timeout') return true;
  return nodesWithin(node, 'FuncCall').some(
    ({ funcname = [], args }) =>
      nodeAs(funcname.at(-1), 'String')?.sval === 'set_config' &&
      nodesWithin(args, 'A_Const')[0]?.sval?.sval === 'lock_timeout',
  );
}

/** The column of `check (column is not null)`. */
export function notNullCheck({ contype, raw_expr }: Constraint): string | undefined {
  const test = nodeAs(raw_expr, 'NullTest');
  if (contype !== 'CONSTR_CHECK' || test?.nulltesttype !== 'IS_NOT_NULL') return undefined;
  return nodeAs(nodeAs(test.arg, 'ColumnRef')?.fields?.at(-1), 'String')?.sval;
}
