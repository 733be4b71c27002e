import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { AuditTrail } from '../../src/audit/index.js';
import { type ChangeEvent, Relay } from '../../src/events/index.js';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { addThing, makeThings } from './things.js';

const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };

/** As a dump of a server leaves it that has counted a thousand million transactions further than this one. */
const FROM_ELSEWHERE = `
  alter table aquifer.changes no force row level security;
  update aquifer.changes set xid = case when row_id = '2' then '1000000009'::xid8 else '1000000001' end;
  alter table aquifer.changes force row level security;
  update aquifer.subscriptions set done = '1000000005:1000000005:', until = null, after_id = 0;
  update aquifer.audit_sealed set until = '1000000005:1000000005:'`;

await describeOnEachDatabase('a database restored on another server', (open) => {
  let database: OpenedDatabase;
  let relay: Relay;
  const told: string[] = [];
  const errors: unknown[] = [];
  const owner = (sql: string) => database.provider.transaction(OWNER, (tx) => tx.execute(sql));
  const subscribe = () =>
    relay.subscribe({
      name: 'everyone',
      handle: async (events: readonly ChangeEvent[]) => {
        told.push(...events.map(({ rowId }) => rowId));
      },
      onError: (error) => {
        errors.push(error);
        throw new Error('a listener that fails itself');
      },
    });

  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider, 'events => true, audited => true');
    relay = new Relay(database.provider, { pollMs: 20 });
    await subscribe();
    await addThing(database.provider, ACME, 1);
    await vi.waitFor(() => expect(told).toEqual(['1']), { timeout: 10_000 });
    await new AuditTrail(database.provider, ACME).verify();
    await relay.close();
    await addThing(database.provider, ACME, 2);
    await owner(FROM_ELSEWHERE);
    relay = new Relay(database.provider, { pollMs: 20 });
  });
  afterEach(() => relay.close());
  afterAll(() => database.dispose());

  test('says so, in place of taking for handled what is written from then on', async () => {
    await subscribe();
    await addThing(database.provider, ACME, 3);
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1), { timeout: 10_000 });
    expect(String(errors[0])).toMatch(/position in the ledger is that of another server/);
    await expect(new AuditTrail(database.provider, ACME).verify()).rejects.toThrow(/another server/);
    expect(told).toEqual(['1']);
  });

  test('goes on where it was once it is settled, and its audit holds', async () => {
    await database.provider.query(OWNER, { text: 'call aquifer.settle_after_restore()' });
    relay = new Relay(database.provider, { pollMs: 20 });
    await subscribe();
    await addThing(database.provider, ACME, 4);
    await vi.waitFor(() => expect(told).toEqual(['1', '2', '3', '4']), { timeout: 10_000 });
    const audit = new AuditTrail(database.provider, ACME);
    expect(await audit.verify()).toMatchObject({ intact: true, sealed: 4 });
    await owner(`alter table aquifer.changes no force row level security;
      update aquifer.changes set actor_id = 'forged' where row_id = '2';
      alter table aquifer.changes force row level security`);
    expect(await audit.verify()).toMatchObject({ intact: false });
  });
});
