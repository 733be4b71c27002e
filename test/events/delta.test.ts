import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepInvalidation, ledgerDelta } from '../../src/events/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { addThing, freshTenant, makeThings, renameThing } from './things.js';

await describeOnEachDatabase('the delta of the ledger', (open) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider);
  });
  afterAll(() => database.dispose());

  test('names the rows that changed since a position, each once, and nothing twice', async () => {
    const { provider } = database;
    const acme = freshTenant();
    await addThing(provider, acme, 1);
    const start = await ledgerDelta(provider, undefined);
    await addThing(provider, acme, 2);
    await renameThing(provider, acme, 1, 'a');
    await renameThing(provider, acme, 1, 'b');
    const delta = await ledgerDelta(provider, start.position);
    expect(delta).toMatchObject({ lost: false, invalidations: [] });
    expect(delta.changes).toMatchObject([{ tenantId: acme.tenantId, entity: 'things' }]);
    expect(delta.changes[0]?.rows?.map(([id]) => id).sort()).toEqual(['1', '2']);
    expect(await ledgerDelta(provider, delta.position)).toMatchObject({ lost: false, changes: [] });
  });

  test('does not name the rows when there are very many', async () => {
    const { provider } = database;
    const acme = freshTenant();
    const start = await ledgerDelta(provider, undefined);
    await provider.query(acme, { text: 'insert into app.things (id) select generate_series(1, 2001)' });
    const delta = await ledgerDelta(provider, start.position);
    expect(delta.changes).toEqual([{ tenantId: acme.tenantId, entity: 'things', rows: null }]);
  });

  test('tells invalidations that were kept', async () => {
    const { provider } = database;
    const start = await ledgerDelta(provider, undefined);
    const kept = { origin: 'p1', keys: ['a|b'], marks: ['s:a', 't:a|x'] };
    await keepInvalidation(provider, kept);
    const delta = await ledgerDelta(provider, start.position);
    expect(delta.invalidations).toEqual([kept]);
  });

  test('is lost without a position, with one of another server, of the future, or too old to be told from', async () => {
    const { provider } = database;
    const { position, lost } = await ledgerDelta(provider, undefined);
    expect(lost).toBe(true);
    const [snapshot, server, at] = position.split('@') as [string, string, string];
    const ask = async (text: string) => (await ledgerDelta(provider, text)).lost;
    expect(await ask(position)).toBe(false);
    expect(await ask(`${snapshot}@1.1@${at}`)).toBe(true);
    expect(await ask(`999999999:999999999:@${server}@${at}`)).toBe(true);
    expect(await ask(`${snapshot}@${server}@${Number(at) - 601}`)).toBe(true);
    expect(await ask('nonsense')).toBe(true);
  });

  test('misses nothing of a transaction that was open when the position was taken', async () => {
    const { provider } = database;
    const acme = freshTenant();
    let position: string | undefined;
    await provider.transaction(acme, async (tx) => {
      await tx.query('insert into app.things (id) values (1)');
      // The embedded database has one connection: the position is taken within the transaction there.
      const { rows } = await tx.query<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot');
      position = rows[0]?.snapshot;
    });
    const now = await ledgerDelta(provider, undefined);
    const [, server, at] = now.position.split('@');
    const delta = await ledgerDelta(provider, `${position}@${server}@${at}`);
    expect(delta.changes).toMatchObject([{ tenantId: acme.tenantId, entity: 'things' }]);
  });

  test('is for the system alone', async () => {
    const attempt = database.provider.query(freshTenant(), { text: `select aquifer.ledger_delta(null, 1)` });
    await expect(attempt).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
  });
});
