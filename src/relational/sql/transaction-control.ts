import { AquiferError } from '../../errors/index.js';
import type { TransactionOptions } from '../provider.js';
import { leadingWords } from './sql-words.js';

/** What a statement means to the transaction of a client. */
export type Control =
  | { readonly kind: 'none' }
  | { readonly kind: 'begin' | 'characteristics'; readonly options: TransactionOptions }
  | { readonly kind: 'commit' | 'rollback' }
  /** Only within a transaction. */
  | { readonly kind: 'savepoint' };

const MODE =
  ',? ?(?:isolation level (?:serializable|repeatable read|read committed|read uncommitted)|read (?:only|write)|(?:not )?deferrable)';
const BEGIN = new RegExp(`^(?:begin(?: work| transaction)?|start transaction)((?: ?${MODE})*)$`);
const CHARACTERISTICS = new RegExp(`^set transaction((?: ?${MODE})+)$`);
const COMMIT = /^(?:commit|end)(?: work| transaction)?(?: and no chain)?$/;
const ROLLBACK = /^(?:rollback|abort)(?: work| transaction)?(?: and no chain)?$/;
const SAVEPOINT = /^(?:savepoint|release|rollback(?: work| transaction)? to) /;

/**
 * What begins and ends transactions, and what would outlive one on a connection that serves others next, or would leave
 * the scope. In a form that is not known it is refused.
 */
const CONTROLS = new Set([
  'savepoint',
  'release',
  'begin',
  'start',
  'commit',
  'end',
  'rollback',
  'abort',
  'prepare',
  'execute',
  'deallocate',
  'set',
  'reset',
  'discard',
  'listen',
  'unlisten',
  'copy',
]);
const ALLOWED_SET = /^set (?:constraints |local (?!(?:role|session|aquifer)\b))/;

/** More than any statement of transaction control has. */
const WORDS = 24;

/** @throws AQF_NOT_SUPPORTED for a statement whose effect would go beyond the scope */
export function controlOf(sql: string): Control {
  const [first = ''] = leadingWords(sql, 1);
  if (!CONTROLS.has(first)) return { kind: 'none' };
  // A quoted name is the same name.
  const said = leadingWords(sql, WORDS)
    .join(' ')
    .replaceAll('"', '')
    .replace(/(?: ?;)+$/, '');
  const begins = BEGIN.exec(said);
  if (begins) return { kind: 'begin', options: optionsOf(begins[1] ?? '') };
  const characterises = CHARACTERISTICS.exec(said);
  if (characterises) return { kind: 'characteristics', options: optionsOf(characterises[1] ?? '') };
  if (COMMIT.test(said)) return { kind: 'commit' };
  if (ROLLBACK.test(said)) return { kind: 'rollback' };
  if (SAVEPOINT.test(said)) return { kind: 'savepoint' };
  if (ALLOWED_SET.test(said)) return { kind: 'none' };
  throw new AquiferError('AQF_NOT_SUPPORTED', `A scope does not run ${first.toUpperCase()} as it is.`, {
    hint: 'Settings, roles, listeners and streams belong to a session, and a scope has none. Within a transaction there is SET LOCAL.',
  });
}

const IN_SCOPE: ReadonlySet<Control['kind']> = new Set(['none', 'savepoint']);

/**
 * After a COMMIT in the middle of a transaction, what follows would run as the login role.
 * @throws AQF_NOT_SUPPORTED for what ends or begins a transaction, and for what `controlOf` refuses
 */
export function assertInScope(sql: string): void {
  const { kind } = controlOf(sql);
  if (IN_SCOPE.has(kind)) return;
  throw new AquiferError('AQF_NOT_SUPPORTED', `A scope does not run ${kind.toUpperCase()} as a statement.`, {
    hint: 'Use scope.transaction(work), which commits when work resolves and rolls back when it rejects.',
  });
}

function optionsOf(modes: string): TransactionOptions {
  const isolation = /serializable|repeatable read|read (?:un)?committed/.exec(modes)?.[0];
  return {
    ...(isolation && { isolation: ISOLATION[isolation as keyof typeof ISOLATION] }),
    ...(modes.includes('read only') && { access: 'read' as const }),
  };
}

const ISOLATION = {
  serializable: 'serializable',
  'repeatable read': 'repeatable read',
  'read committed': 'read committed',
  'read uncommitted': 'read committed',
} as const;
