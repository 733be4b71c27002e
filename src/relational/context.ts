import type { Statement } from './provider.js';
import type { SessionPosition } from './session-position.js';

/** Under which role, and for whom, a transaction runs. */
export type TransactionContext = TenantContext | SystemContext | OwnerContext;

/** What a request tells about itself; it is written into the audit with every change. */
export interface RequestFacts {
  readonly requestId?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** Tenant work: the role `aquifer_app`, which row-level security binds, and the tenant of the scope. */
export interface TenantContext {
  readonly kind: 'tenant';
  readonly tenantId: string;
  readonly actorId?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly request?: RequestFacts | undefined;
  /** Whether soft-deleted rows are seen (`deleted`), and whether DELETE removes for good (`purge`). */
  readonly flags?: readonly TraitFlag[] | undefined;
  /** How far this session's writes went; a replica that is behind does not serve its reads. */
  readonly position?: SessionPosition | undefined;
}

/** `deleted` shows soft-deleted rows, `purge` makes DELETE final, `collections` passes by the roles of collections. */
export type TraitFlag = 'deleted' | 'purge' | 'collections';

/** Work across tenants: the role `aquifer_system`. Every use states a reason, which the audit keeps. */
export interface SystemContext {
  readonly kind: 'system';
  readonly reason: string;
  readonly flags?: readonly TraitFlag[] | undefined;
}

/** The owner of the schema: migrations and maintenance. Never handed to a caller. */
export interface OwnerContext {
  readonly kind: 'owner';
}

export const OWNER: OwnerContext = { kind: 'owner' };

const SETTINGS = `set_config('role', $1, true) || set_config('aquifer.tenant_id', $2, true)
    || set_config('aquifer.actor_id', $3, true) || set_config('aquifer.roles', $4, true)
    || set_config('aquifer.request', $5, true) || set_config('aquifer.flags', $6, true)`;

/** Makes settings and returns no row: `set_config` never gives null. */
function settingOnly(settings: string): string {
  return `select 1 where ${settings} is null`;
}

const READ_ONLY = `set_config('transaction_read_only', 'on', true)`;
const ENTER = { name: 'aquifer_enter', text: settingOnly(SETTINGS) };
const ENTER_TO_READ = { name: 'aquifer_enter_read', text: settingOnly(`${SETTINGS} || ${READ_ONLY}`) };

/** Makes the transaction that it is sent in refuse writes. */
const READ_ONLY_STATEMENT = { name: 'aquifer_read', text: settingOnly(READ_ONLY), values: [] };

/** The statement that enters a context; undefined for the owner, who needs none. */
export function enterStatement(context: TransactionContext): Statement | undefined {
  return context.kind === 'owner' ? undefined : entering(entries, ENTER, context);
}

/** The same for a transaction that is to refuse writes and was not begun so. */
export function enterToReadStatement(context: TransactionContext): Statement {
  return context.kind === 'owner' ? READ_ONLY_STATEMENT : entering(readEntries, ENTER_TO_READ, context);
}

type EnteredContext = TenantContext | SystemContext;

/** A scope enters its context with every statement: it is written once. */
const entries = new WeakMap<EnteredContext, Statement>();
const readEntries = new WeakMap<EnteredContext, Statement>();

function entering(
  known: WeakMap<EnteredContext, Statement>,
  enter: Statement,
  context: EnteredContext,
): Statement {
  const entry = known.get(context) ?? { ...enter, values: contextSettings(context) };
  known.set(context, entry);
  return entry;
}

function contextSettings(context: EnteredContext): string[] {
  const flags = (context.flags ?? []).join(',');
  if (context.kind === 'system') {
    return ['aquifer_system', '', `system: ${context.reason}`, '', '', flags];
  }
  return [
    'aquifer_app',
    context.tenantId,
    context.actorId ?? '',
    (context.roles ?? []).join(','),
    context.request ? JSON.stringify(context.request) : '',
    flags,
  ];
}
