import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER, type Row, type TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const SEEING_DELETED: TenantContext = { ...ACME, flags: ['deleted'] };
const DEEP = 60;

await describeOnEachDatabase('a soft delete along relations', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
    await database.provider.transaction(OWNER, (tx) =>
      tx.execute(`
        create schema tree;
        create table tree.nodes (id integer primary key, tenant_id text not null, parent integer references tree.nodes);
        create table tree.notes (id integer primary key, tenant_id text not null, node integer references tree.nodes, other integer references tree.nodes);
        select aquifer.adopt('tree.nodes', soft_delete => true, versioned => true);
        select aquifer.adopt('tree.notes', soft_delete => true, versioned => true);
        select aquifer.relate('tree.nodes', '{parent}', 'tree.nodes', 'cascade');
        select aquifer.relate('tree.notes', '{node}', 'tree.nodes', 'cascade');
        select aquifer.relate('tree.notes', '{other}', 'tree.nodes', 'cascade');`),
    );
  });
  afterAll(() => database.dispose());

  const ask = async <R extends Row>(text: string, context = ACME, values: unknown[] = []) =>
    (await database.provider.query<R>(context, { text, values })).rows;
  const ids = async (table: string) =>
    (await ask<{ id: number }>(`select id from tree.${table} order by id`)).map(({ id }) => id);
  const restore = (id: number) =>
    ask('update tree.nodes set deleted_at = null where id = $1', SEEING_DELETED, [id]);

  test('of a row of a table that refers to itself goes down the tree, and up again with it', async () => {
    await ask('insert into tree.nodes (id, parent) values (1, null), (2, 1), (3, 2), (4, null)');
    await ask('insert into tree.notes (id, node, other) values (1, 3, 4), (2, 4, 4), (3, 3, 3)');
    await ask('delete from tree.nodes where id = 1');
    expect([await ids('nodes'), await ids('notes')]).toEqual([[4], [2]]);
    await restore(1);
    expect([await ids('nodes'), await ids('notes')]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3],
    ]);
  });

  test('leaves out on restore what had been deleted before', async () => {
    await ask('insert into tree.nodes (id, parent) values (10, null), (11, 10), (12, 10)');
    await ask('delete from tree.nodes where id = 11');
    await ask('delete from tree.nodes where id = 10');
    await restore(10);
    expect((await ids('nodes')).filter((id) => id >= 10)).toEqual([10, 12]);
  });

  test('ends where rows refer to each other in a ring', async () => {
    await ask('insert into tree.nodes (id) values (20), (21), (22)');
    await ask('update tree.nodes set parent = 20 + (id - 19) % 3 where id >= 20');
    await ask('delete from tree.nodes where id = 21');
    expect((await ids('nodes')).filter((id) => id >= 20)).toEqual([]);
    await restore(22);
    expect((await ids('nodes')).filter((id) => id >= 20)).toEqual([20, 21, 22]);
    const written = await ask<{ operation: string; amount: number }>(`
      select operation, count(*)::integer as amount from aquifer.history
      where row_id in ('20', '21', '22') and operation <> 'update' group by 1 order by 1`);
    expect(written).toEqual([
      { operation: 'delete', amount: 3 },
      { operation: 'insert', amount: 3 },
      { operation: 'restore', amount: 3 },
    ]);
  });

  test(`goes ${DEEP} levels down`, async () => {
    await ask(
      'insert into tree.nodes (id, parent) select n, nullif(n - 1, 99) from generate_series(100, 99 + $1::integer) n',
      ACME,
      [DEEP],
    );
    await ask('delete from tree.nodes where id = 100');
    expect((await ids('nodes')).filter((id) => id >= 100)).toEqual([]);
  });
});
