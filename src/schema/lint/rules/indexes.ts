import { nodeAs } from '../parser.js';
import { onStatement, type Rule } from '../rule.js';
import { nameFromList, tableName } from '../table-name.js';

export const createIndex: Rule = onStatement('IndexStmt', ({ concurrent, relation, idxname }, { file }) => {
  const table = tableName(relation);
  if (concurrent || file.isNew(table)) return [];
  return [
    {
      rule: 'index-not-concurrent',
      what: `CREATE INDEX ${idxname ?? ''} blocks every write to ${table} until the index is built.`,
      instead: 'CREATE INDEX CONCURRENTLY, in a file of its own that no transaction is wrapped around.',
    },
  ];
});

export const dropIndex: Rule = onStatement(
  'DropStmt',
  ({ removeType, concurrent, objects = [] }, { file }) => {
    if (removeType !== 'OBJECT_INDEX' || concurrent) return [];
    const names = objects.map(nameFromList).filter((name) => !file.createdIndexes.has(name));
    return names.map((name) => ({
      rule: 'drop-index-not-concurrent' as const,
      what: `DROP INDEX ${name} waits for every query on its table, and everyone else waits behind it.`,
      instead: 'DROP INDEX CONCURRENTLY, in a file of its own that no transaction is wrapped around.',
    }));
  },
);

export const reindex: Rule = onStatement('ReindexStmt', ({ params = [] }) => {
  if (params.some((param) => nodeAs(param, 'DefElem')?.defname === 'concurrently')) return [];
  return [
    {
      rule: 'blocking-maintenance',
      what: 'REINDEX blocks writes to the table, and reads that want the index, until it is done.',
      instead: 'REINDEX … CONCURRENTLY, outside of a transaction.',
    },
  ];
});
