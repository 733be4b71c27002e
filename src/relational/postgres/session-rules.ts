import { enterStatement, enterToReadStatement, type TransactionContext } from '../context.js';
import { beginStatement } from '../open-transaction.js';
import type { Access, Statement, TransactionOptions } from '../provider.js';
import { alone, type Group, type Step } from './group.js';

/** What surrounds the statements of a context on this server. */
export interface SessionRules {
  /** Whether names are prepared; false where the next transaction may meet another session. */
  readonly named: boolean;
  /** Settings that each transaction makes for itself, where the session cannot keep them. */
  readonly settings: readonly Step[];
  /** Whether a transaction is asked for its marker before it commits. */
  readonly trackCommits: boolean;
}

/** Timeouts in milliseconds, for this transaction. */
export function localTimeouts(statementMs: number, idleInTransactionMs: number): Step {
  return {
    name: 'aquifer_timeouts',
    text: `select 1 where set_config('statement_timeout', $1, true)
             || set_config('idle_in_transaction_session_timeout', $2, true) is null`,
    values: [String(statementMs), String(idleInTransactionMs)],
  };
}

/** How far the log of the primary goes, as text. */
export const LOG_POSITION: Statement = {
  name: 'aquifer_log_position',
  text: 'select pg_catalog.pg_current_wal_insert_lsn()::text as lsn',
};

/** One statement as a transaction of its own. */
export function singleGroup(
  rules: SessionRules,
  context: TransactionContext,
  statement: Statement,
  access: Access,
  rows: Group['rows'],
): Group {
  const enter = access === 'read' ? enterToReadStatement(context) : enterStatement(context);
  return fitted(rules, {
    before: entering(rules, enter),
    statement,
    after: [],
    rows,
    committedBy: access === 'write' ? 'sync' : 'other',
  });
}

/** What opens a transaction before its first statement. */
export function openingSteps(
  rules: SessionRules,
  context: TransactionContext,
  options: TransactionOptions,
): readonly Step[] {
  return [{ text: beginStatement(options), values: [] }, ...entering(rules, enterStatement(context))];
}

export function commitGroup(rules: SessionRules): Group {
  const statement = { name: 'aquifer_commit', text: 'commit' };
  return fitted(rules, { ...alone(statement), committedBy: 'statement' });
}

/** The group as this session can run it. */
export function fitted({ named }: SessionRules, group: Group): Group {
  if (named) return group;
  return {
    ...group,
    before: group.before.map(withoutName),
    statement: withoutName(group.statement),
    after: group.after.map(withoutName),
  };
}

function entering({ settings }: SessionRules, enter: Statement | undefined): readonly Step[] {
  return enter ? [...settings, enter as Step] : settings;
}

function withoutName<T extends { readonly name?: string | undefined }>({ name: _, ...rest }: T): T {
  return rest as T;
}
