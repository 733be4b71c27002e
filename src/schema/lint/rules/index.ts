import type { Rule } from '../rule.js';
import { alterTable } from './alter-table.js';
import { createIndex, dropIndex, reindex } from './indexes.js';
import { cluster, vacuumFull } from './maintenance.js';
import { dropTable, moveTable, rename } from './names.js';
import { deleteAll, lockTable, truncate, updateAll } from './rows.js';
import { concurrentlyInTransaction, lockTimeoutMissing } from './transactions.js';

/** The rules about single statements; tables that nobody adopted are known only after the last file. */
export const RULES: readonly Rule[] = [
  lockTimeoutMissing,
  concurrentlyInTransaction,
  createIndex,
  dropIndex,
  reindex,
  vacuumFull,
  cluster,
  alterTable,
  rename,
  moveTable,
  dropTable,
  truncate,
  lockTable,
  updateAll,
  deleteAll,
];
