import type { TenantContext, TransactionContext } from '../context.js';
import { OWNER } from '../context.js';
import type { RelationalProvider, Row, Statement } from '../provider.js';

/** The provider under test; it is open only while tests run. */
export type Opened = () => RelationalProvider;

export const ACME: TenantContext = {
  kind: 'tenant',
  tenantId: 'acme',
  actorId: 'ann',
  roles: ['editor', 'reader'],
};
export const RIVAL: TenantContext = { kind: 'tenant', tenantId: 'rival' };

/** A tenant table with one constraint of each kind. */
const ITEMS = `
  create schema conformance;
  grant usage on schema conformance to aquifer_app, aquifer_system;
  create table conformance.items (
    tenant_id text not null default aquifer.current_tenant(),
    id text not null,
    amount integer not null default 0 constraint items_amount_positive check (amount >= 0),
    parent text,
    constraint items_key primary key (tenant_id, id),
    constraint items_parent foreign key (tenant_id, parent) references conformance.items
  );
  call aquifer.isolate('conformance.items')`;

export const INSERT_ITEM = 'insert into conformance.items (id) values ($1)';
export const ITEM_IDS = 'select id from conformance.items order by tenant_id, id';

export async function createItems(provider: RelationalProvider): Promise<void> {
  await provider.transaction(OWNER, (tx) => tx.execute(ITEMS));
}

/** The rows of one statement. */
export async function rowsOf<R extends Row>(
  provider: RelationalProvider,
  context: TransactionContext,
  ...[text, values = []]: [text: string, values?: Statement['values']]
): Promise<R[]> {
  return (await provider.query<R>(context, { text, values })).rows;
}

export async function itemIds(provider: RelationalProvider, context: TransactionContext): Promise<string[]> {
  return (await rowsOf<{ id: string }>(provider, context, ITEM_IDS)).map(({ id }) => id);
}
