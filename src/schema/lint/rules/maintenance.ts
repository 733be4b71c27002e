import { nodeAs } from '../parser.js';
import { onStatement, type Rule } from '../rule.js';
import { tableName } from '../table-name.js';

const INSTEAD = 'Leave it to autovacuum; to shrink a table that is in use, pg_repack or pg_squeeze.';

export const vacuumFull: Rule = onStatement('VacuumStmt', ({ options = [] }) => {
  if (!options.some((option) => nodeAs(option, 'DefElem')?.defname === 'full')) return [];
  return [
    {
      rule: 'blocking-maintenance',
      what: 'VACUUM FULL writes the whole table anew and blocks every read and write meanwhile.',
      instead: INSTEAD,
    },
  ];
});

export const cluster: Rule = onStatement('ClusterStmt', ({ relation }) => [
  {
    rule: 'blocking-maintenance',
    what: `CLUSTER writes ${relation ? tableName(relation) : 'every clustered table'} anew and blocks every read and write meanwhile.`,
    instead: INSTEAD,
  },
]);
