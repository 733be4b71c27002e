import { nodeAs } from '../parser.js';
import { onStatement, type Remark, type Rule } from '../rule.js';
import { tableName } from '../table-name.js';

export const truncate: Rule = onStatement('TruncateStmt', ({ relations = [] }, { file }) => {
  const tables = relations
    .map((node) => tableName(nodeAs(node, 'RangeVar')))
    .filter((name) => !file.isNew(name));
  return tables.map((table) => ({
    rule: 'truncate' as const,
    what: `TRUNCATE ${table} removes every row of every tenant, past triggers and policies, and waits for all who use the table.`,
    instead: 'DELETE in batches. (An adopted table refuses TRUNCATE.)',
  }));
});

export const lockTable: Rule = onStatement('LockStmt', ({ relations = [] }, { file }) => {
  const tables = relations
    .map((node) => tableName(nodeAs(node, 'RangeVar')))
    .filter((name) => !file.isNew(name));
  return tables.map((table) => ({
    rule: 'lock-table' as const,
    what: `LOCK TABLE ${table} holds everyone else up until the transaction ends.`,
    instead:
      'Let each statement take the lock it needs, or take an advisory lock between those who must not meet.',
  }));
});

export const updateAll: Rule = onStatement('UpdateStmt', ({ relation, whereClause }, { file }) => {
  const table = tableName(relation);
  return whereClause || file.isNew(table) ? [] : [wholeTable('UPDATE', table)];
});

export const deleteAll: Rule = onStatement('DeleteStmt', ({ relation, whereClause }, { file }) => {
  const table = tableName(relation);
  return whereClause || file.isNew(table) ? [] : [wholeTable('DELETE', table)];
});

function wholeTable(verb: string, table: string): Remark {
  return {
    rule: 'whole-table-write',
    what: `${verb} without WHERE writes every row of ${table} in one transaction: each row stays locked until its end, and the table grows by as many dead rows.`,
    instead: 'Go by batches of some thousand rows, each in a transaction of its own.',
  };
}
