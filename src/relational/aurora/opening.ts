import { ENTER_CONTEXT, enterStatement, type TransactionContext } from '../context.js';
import type { Statement, TransactionOptions } from '../provider.js';

const READ_ONLY = "set_config('transaction_read_only', 'on', true)";

/** What runs before the first statement of a transaction, in as few calls as can be. */
export function openingStatements(context: TransactionContext, options: TransactionOptions): Statement[] {
  const { access, isolation } = options;
  const level = isolation === undefined ? [] : [{ text: `set transaction isolation level ${isolation}` }];
  const enter = enterStatement(context);
  if (access !== 'read') return enter ? [...level, enter] : level;
  if (!enter) return [...level, { text: `select ${READ_ONLY}` }];
  return [...level, { ...enter, text: `${ENTER_CONTEXT} or ${READ_ONLY} is null` }];
}
