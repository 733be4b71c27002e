import { enterStatement, enterToReadStatement, type TransactionContext } from '../context.js';
import type { Statement, TransactionOptions } from '../provider.js';

/** What runs before the first statement of a transaction, in as few calls as can be. */
export function openingStatements(context: TransactionContext, options: TransactionOptions): Statement[] {
  const { access, isolation } = options;
  const level = isolation === undefined ? [] : [{ text: `set transaction isolation level ${isolation}` }];
  const enter = access === 'read' ? enterToReadStatement(context) : enterStatement(context);
  return enter ? [...level, enter] : level;
}
