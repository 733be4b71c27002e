import { OWNER, type RelationalProvider, type TenantContext } from '../../src/relational/index.js';

let tenants = 0;

/** A tenant of its own for each test: they share a database, which takes seconds to open. */
export function freshTenant(): TenantContext {
  return { kind: 'tenant', tenantId: `t${++tenants}`, actorId: 'ann' };
}

/** A small table that tells its changes. */
export async function makeThings(provider: RelationalProvider, traits = 'events => true'): Promise<void> {
  await provider.transaction(OWNER, (tx) =>
    tx.execute(`
      create schema if not exists app;
      create table app.things (id integer primary key, tenant_id text not null, name text, note text);
      select aquifer.adopt('app.things', ${traits});`),
  );
}

export async function addThing(
  provider: RelationalProvider,
  context: TenantContext,
  id: number,
): Promise<void> {
  const text = 'insert into app.things (id, name) values ($1, $2)';
  await provider.query(context, { text, values: [id, `thing ${id}`] });
}

export async function renameThing(
  provider: RelationalProvider,
  context: TenantContext,
  id: number,
  name: string,
): Promise<void> {
  const text = 'update app.things set name = $2 where id = $1';
  await provider.query(context, { text, values: [id, name] });
}
