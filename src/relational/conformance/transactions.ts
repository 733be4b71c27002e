import { expect, test } from 'vitest';
import type { TenantContext } from '../context.js';
import type { RelationalProvider, Transaction } from '../provider.js';
import { ACME, INSERT_ITEM, itemIds, type Opened, RIVAL, rowsOf } from './fixture.js';

const CURRENT_TENANT = 'select aquifer.current_tenant() as tenant';

export function transactionTests(opened: Opened): void {
  test('commits when the work resolves and rolls back when it rejects', async () => {
    await opened().transaction(ACME, (tx) => tx.query(INSERT_ITEM, ['kept']));
    const failing = opened().transaction(ACME, async (tx) => {
      await tx.query(INSERT_ITEM, ['lost']);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await itemIds(opened(), ACME)).toContain('kept');
    expect(await itemIds(opened(), ACME)).not.toContain('lost');
  });

  test('reports the first of several errors', async () => {
    const failing = opened().transaction(ACME, (tx) =>
      Promise.all([
        tx.query('select * from nowhere'),
        tx.query(INSERT_ITEM, ['after']),
        tx.query('select 1'),
      ]),
    );
    await expect(failing).rejects.toMatchObject({ facts: { sqlstate: '42P01' } });
    expect(await itemIds(opened(), ACME)).not.toContain('after');
  });

  test('does not pretend to commit after an error that the work swallowed', async () => {
    const swallowing = opened().transaction(ACME, async (tx) => {
      await tx.query(INSERT_ITEM, ['swallowed']);
      await tx.query('select * from nowhere').catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ facts: { sqlstate: '42P01' } });
    expect(await itemIds(opened(), ACME)).not.toContain('swallowed');
  });

  test('undoes what was written under a savepoint whose work failed, and goes on', async () => {
    await opened().transaction(ACME, async (tx) => {
      await tx.query(INSERT_ITEM, ['before the savepoint']);
      const inner = tx.savepoint(async (nested) => {
        await nested.query(INSERT_ITEM, ['under the savepoint']);
        await nested.savepoint((innermost) => innermost.query(INSERT_ITEM, ['innermost']));
        await nested.query('select * from nowhere');
      });
      await expect(inner).rejects.toMatchObject({ facts: { sqlstate: '42P01' } });
      await tx.savepoint((nested) => nested.query(INSERT_ITEM, ['second savepoint']));
    });
    expect(await itemIds(opened(), ACME)).toEqual(
      expect.arrayContaining(['before the savepoint', 'second savepoint']),
    );
    const undone = (await itemIds(opened(), ACME)).filter((id) => /under|innermost/.test(id));
    expect(undone).toEqual([]);
  });

  test('waits for statements that the work did not await, and refuses those that come later', async () => {
    const left: { tx?: Transaction; statement?: Promise<unknown> } = {};
    await opened().transaction(ACME, async (tx) => {
      left.tx = tx;
      await tx.query('select 1');
      left.statement = tx.query(INSERT_ITEM, ['not awaited']);
    });
    expect(await itemIds(opened(), ACME)).toContain('not awaited');
    const tenants = opened().transaction(RIVAL, async (tx) => {
      const late = left.tx?.query(INSERT_ITEM, ['late']);
      await expect(late).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
      return (await tx.query(CURRENT_TENANT)).rows;
    });
    expect(await tenants).toEqual([{ tenant: 'rival' }]);
    expect([...(await itemIds(opened(), ACME)), ...(await itemIds(opened(), RIVAL))]).not.toContain('late');
  });

  test.each(['read committed', 'repeatable read', 'serializable'] as const)(
    'runs at isolation %s',
    async (isolation) => {
      const level = await opened().transaction(
        ACME,
        async (tx) => (await tx.query(`select current_setting('transaction_isolation') as level`)).rows,
        { isolation },
      );
      expect(level).toEqual([{ level: isolation }]);
    },
  );

  test('runs conflicting work again until every change is counted', async () => {
    await opened().query(ACME, { text: INSERT_ITEM, values: ['counter'] });
    const increment = () =>
      opened().transaction(
        ACME,
        async (tx) => {
          const { rows } = await tx.query<{ amount: number }>(
            `select amount from conformance.items where id = 'counter'`,
          );
          await tx.query(`update conformance.items set amount = $1 where id = 'counter'`, [
            Number(rows[0]?.amount) + 1,
          ]);
        },
        { isolation: 'serializable', retries: 50 },
      );
    await Promise.all(Array.from({ length: 8 }, increment));
    expect(await rowsOf(opened(), ACME, `select amount from conformance.items where id = 'counter'`)).toEqual(
      [{ amount: 8 }],
    );
  });

  test('does not run work again that failed for another reason', async () => {
    let runs = 0;
    const work = async () => {
      runs++;
      throw new Error('no');
    };
    const failing = opened().transaction(ACME, work, { retries: 3 });
    await expect(failing).rejects.toThrow('no');
    expect(runs).toBe(1);
  });

  test('keeps tenants apart in 50 statements and transactions at the same time', async () => {
    const contexts = Array.from({ length: 50 }, (_, index) => ({
      kind: 'tenant' as const,
      tenantId: `t${index}`,
    }));
    const seen = await Promise.all(
      contexts.map((context, index) => visit(opened(), context, index % 2 === 0)),
    );
    expect(seen).toEqual(contexts.map(({ tenantId }) => [tenantId, `item of ${tenantId}`]));
  });
}

/** Writes a row and reads who is asking and what it sees. */
async function visit(provider: RelationalProvider, context: TenantContext, asTransaction: boolean) {
  const insert = { text: INSERT_ITEM, values: [`item of ${context.tenantId}`] };
  const look = {
    text: `select aquifer.current_tenant() as tenant, (select string_agg(id, ',') from conformance.items) as ids`,
  };
  if (asTransaction) {
    return provider.transaction(context, async (tx) => {
      await tx.query(insert);
      return Object.values((await tx.query(look)).rows[0] ?? {});
    });
  }
  await provider.query(context, insert);
  return Object.values((await provider.query(context, look)).rows[0] ?? {});
}
