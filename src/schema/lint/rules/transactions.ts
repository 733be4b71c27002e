import { adoptedTable } from '../facts.js';
import { type Node, nodeAs } from '../parser.js';
import type { Rule, Visit } from '../rule.js';
import { nameFromList, tableName } from '../table-name.js';

export const concurrentlyInTransaction: Rule = ({ statement, file }) => {
  if (!file.transaction || !refusesTransactions(statement.node)) return [];
  return [
    {
      rule: 'concurrently-in-transaction',
      what: `PostgreSQL refuses this statement within a transaction, and ${file.transaction}.`,
      instead: 'Run it by itself, outside of the migration: psql -c "…", and write it down as applied.',
    },
  ];
};

function refusesTransactions(node: Node): boolean {
  const reindexed = nodeAs(node, 'ReindexStmt')?.params ?? [];
  return Boolean(
    nodeAs(node, 'IndexStmt')?.concurrent ||
      nodeAs(node, 'DropStmt')?.concurrent ||
      nodeAs(node, 'VacuumStmt')?.is_vacuumcmd ||
      reindexed.some((param) => nodeAs(param, 'DefElem')?.defname === 'concurrently'),
  );
}

/** Said once a file, of the first statement that could wait. */
export const lockTimeoutMissing: Rule = (visit) => {
  const { file } = visit;
  if (file.lockTimeoutSet || file.lockTimeoutRemarked) return [];
  const table = lockedTable(visit);
  if (table === undefined) return [];
  file.lockTimeoutRemarked = true;
  return [
    {
      rule: 'lock-timeout-missing',
      what: `This waits for whoever uses ${table}, and everyone who comes later waits behind it, for as long as that takes.`,
      instead:
        "Begin the file with SET LOCAL lock_timeout = '2s' (SET outside of a transaction), and retry when it gives up.",
    },
  ];
};

/** The table that a statement locks against writers or readers; none when it is new. */
function lockedTable({ statement: { node }, file }: Visit): string | undefined {
  const index = nodeAs(node, 'IndexStmt');
  const alter = nodeAs(node, 'AlterTableStmt');
  const drop = nodeAs(node, 'DropStmt');
  const names = [
    ...(index && !index.concurrent ? [tableName(index.relation)] : []),
    ...(alter?.objtype === 'OBJECT_TABLE' ? [tableName(alter.relation)] : []),
    ...(drop?.removeType === 'OBJECT_TABLE' ? (drop.objects ?? []).map(nameFromList) : []),
    ...[nodeAs(node, 'RenameStmt'), nodeAs(node, 'CreateTrigStmt')].flatMap((statement) =>
      statement?.relation ? [tableName(statement.relation)] : [],
    ),
    ...(nodeAs(node, 'TruncateStmt')?.relations ?? []).map((table) => tableName(nodeAs(table, 'RangeVar'))),
    ...(nodeAs(node, 'LockStmt')?.relations ?? []).map((table) => tableName(nodeAs(table, 'RangeVar'))),
    ...[nodeAs(node, 'CreatePolicyStmt')].flatMap((policy) => (policy ? [tableName(policy.table)] : [])),
    adoptedTable(node),
  ];
  return names.find((name) => name !== undefined && !file.isNew(name));
}
