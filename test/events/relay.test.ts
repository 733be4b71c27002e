import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type ChangeEvent, pruneEvents, Relay, type Subscriber } from '../../src/events/index.js';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { addThing, freshTenant, makeThings, renameThing } from './things.js';

const FAST = { pollMs: 20 };

class Collector implements Subscriber {
  readonly events: ChangeEvent[] = [];
  readonly errors: unknown[] = [];
  constructor(
    readonly name: string,
    readonly from: 'now' | 'beginning' = 'now',
    readonly batch = 500,
  ) {}
  async handle(events: readonly ChangeEvent[]): Promise<void> {
    this.events.push(...events);
  }
  onError(error: unknown): void {
    this.errors.push(error);
  }
  get told(): string[] {
    return this.events.map(({ operation, rowId }) => `${operation} ${rowId}`);
  }
}

await describeOnEachDatabase('the relay', (open, kind) => {
  let database: OpenedDatabase;
  let relay: Relay;
  let acme: TenantContext;
  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider);
  });
  afterAll(() => database.dispose());
  beforeEach(() => {
    acme = freshTenant();
    relay = new Relay(database.provider, FAST);
  });
  // A subscriber that is gone for good would keep its events for ever.
  afterEach(async () => {
    await relay.close();
    await database.provider.query(OWNER, { text: 'delete from aquifer.subscriptions' });
  });
  const waitFor = (collector: Collector, amount: number) =>
    vi.waitFor(() => expect(collector.events.length).toBeGreaterThanOrEqual(amount), { timeout: 10_000 });

  test('tells every committed change once, with what it changed and who did', async () => {
    const { provider } = database;
    const rival = { ...freshTenant(), actorId: undefined };
    const collector = new Collector('all');
    await relay.subscribe(collector);
    await addThing(provider, acme, 1);
    await renameThing(provider, acme, 1, 'other');
    await provider.query(rival, { text: 'insert into app.things (id) values (1)' });
    await provider.query(acme, { text: 'delete from app.things' });
    await waitFor(collector, 4);
    expect(collector.events).toMatchObject([
      {
        tenantId: acme.tenantId,
        entity: 'things',
        rowId: '1',
        operation: 'insert',
        revision: 1,
        actorId: 'ann',
      },
      { operation: 'update', changed: ['name'], revision: 2, tenantId: acme.tenantId },
      { operation: 'insert', tenantId: rival.tenantId, actorId: null },
      { operation: 'delete', tenantId: acme.tenantId },
    ]);
    expect(collector.events[0]?.at).toBeInstanceOf(Date);
    expect(new Set(collector.events.map(({ id }) => id)).size).toBe(4);
  });

  test('tells nothing of what was rolled back', async () => {
    const { provider } = database;
    const collector = new Collector('committed');
    await relay.subscribe(collector);
    const failing = provider.transaction(acme, async (tx) => {
      await tx.query('insert into app.things (id) values (1)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await addThing(provider, acme, 2);
    await waitFor(collector, 1);
    expect(collector.told).toEqual(['insert 2']);
  });

  test('begins now unless asked to begin at the beginning', async () => {
    const { provider } = database;
    await addThing(provider, acme, 1);
    const [late, whole] = [new Collector('late', 'now'), new Collector('whole', 'beginning')];
    await relay.subscribe(late);
    await relay.subscribe(whole);
    await addThing(provider, acme, 2);
    await waitFor(late, 1);
    await vi.waitFor(() =>
      expect(whole.events.at(-1)).toMatchObject({ rowId: '2', tenantId: acme.tenantId }),
    );
    expect(late.told).toEqual(['insert 2']);
    const ours = whole.events.filter(({ tenantId }) => tenantId === acme.tenantId);
    expect(ours.map(({ rowId }) => rowId)).toEqual(['1', '2']);
  });

  test('goes on where a subscriber was, in batches, however many changes one transaction made', async () => {
    const { provider } = database;
    const first = new Collector('steady', 'now', 7);
    await relay.subscribe(first);
    await addThing(provider, acme, 1000);
    await waitFor(first, 1);
    await relay.close();
    await provider.query(acme, {
      text: 'insert into app.things (id) select generate_series(1, 100)',
    });
    relay = new Relay(provider, FAST);
    const second = new Collector('steady', 'now', 7);
    await relay.subscribe(second);
    await waitFor(second, 100);
    expect(second.told).toEqual(Array.from({ length: 100 }, (_, index) => `insert ${index + 1}`));
    expect(await relay.lag('steady')).toMatchObject({ waiting: 0 });
  });

  test('delivers again what a subscriber refused, and says so', async () => {
    const { provider } = database;
    const collector = new Collector('moody');
    let refusals = 2;
    const handle = collector.handle.bind(collector);
    collector.handle = async (events) => {
      if (refusals-- > 0) throw new Error('not now');
      return handle(events);
    };
    await relay.subscribe(collector);
    await addThing(provider, acme, 1);
    await waitFor(collector, 1);
    expect(collector.errors).toHaveLength(2);
    expect(collector.told).toEqual(['insert 1']);
  });

  test('says how far behind a subscriber is', async () => {
    const { provider } = database;
    const stuck: Subscriber = {
      name: 'stuck',
      handle: () => Promise.reject(new Error('never')),
    };
    await relay.subscribe(stuck);
    await addThing(provider, acme, 1);
    await addThing(provider, acme, 2);
    const lag = await relay.lag('stuck');
    expect(lag.waiting).toBe(2);
    expect(lag.oldestMs).toBeGreaterThan(0);
  });

  test('prunes what every subscriber has handled, and nothing that one still needs', async () => {
    const { provider } = database;
    const [here, away] = [new Collector('here'), new Collector('away')];
    await relay.subscribe(here);
    await relay.subscribe(away);
    await addThing(provider, acme, 1);
    await waitFor(here, 1);
    await waitFor(away, 1);
    await relay.close();
    relay = new Relay(provider, FAST);
    await relay.subscribe(here);
    await addThing(provider, acme, 2);
    await waitFor(here, 2);
    // The place of `here` moves past a delta with its next look.
    await vi.waitFor(async () => {
      await addThing(provider, acme, Math.floor(Math.random() * 1e9) + 10);
      expect(await pruneEvents(provider, 0)).toBeGreaterThan(0);
    });
    const returned = new Collector('away');
    await relay.subscribe(returned);
    await vi.waitFor(() => expect(returned.told).toContain('insert 2'), { timeout: 10_000 });
  });

  test('writes nothing while nothing changes', async () => {
    const { provider } = database;
    const collector = new Collector('idle');
    await relay.subscribe(collector);
    await addThing(provider, acme, 1);
    await waitFor(collector, 1);
    const place = () =>
      provider.query(OWNER, { text: `select ctid::text, * from aquifer.subscriptions where name = 'idle'` });
    await vi.waitFor(async () => expect((await place()).rows[0]).toMatchObject({ until: null }));
    const before = (await place()).rows;
    for (let look = 0; look < 5; look++) await relay.lag('idle');
    await new Promise((resolve) => setTimeout(resolve, 5 * FAST.pollMs));
    expect((await place()).rows).toEqual(before);
  });

  test('refuses a second subscriber of one name, and names that are none', async () => {
    await relay.subscribe(new Collector('one'));
    await expect(relay.subscribe(new Collector('one'))).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    await expect(relay.subscribe(new Collector(`x'; --`))).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
  });

  if (kind === 'postgres') {
    test('skips no event when a slow transaction commits late, and keeps the order of each row', async () => {
      const { provider } = database;
      const collector = new Collector('slow');
      await relay.subscribe(collector);
      await addThing(provider, acme, 1);
      let finish = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let begun = (): void => undefined;
      const started = new Promise<void>((resolve) => {
        begun = resolve;
      });
      // The older transaction id, and the smaller change id, commit last.
      const slow = provider.transaction(acme, async (tx) => {
        await tx.query('insert into app.things (id) values (100)');
        begun();
        await held;
        await tx.query(`update app.things set name = 'slow' where id = 1`);
      });
      await started;
      for (let id = 2; id <= 20; id++) await addThing(provider, acme, id);
      await renameThing(provider, acme, 1, 'fast');
      await waitFor(collector, 21);
      expect(collector.told).not.toContain('insert 100');
      finish();
      await slow;
      await waitFor(collector, 23);
      expect(collector.told.slice(-2)).toEqual(['insert 100', 'update 1']);
      expect(collector.events.filter(({ rowId }) => rowId === '1').map(({ revision }) => revision)).toEqual([
        1, 2, 3,
      ]);
      expect(new Set(collector.events.map(({ id }) => id)).size).toBe(23);
    });

    test('delivers in one process at a time, and another takes over', async () => {
      const { provider, another } = database;
      const second = await another?.();
      if (!second) throw new Error('a server can be opened twice');
      const other = new Relay(second, FAST);
      const [ours, theirs] = [new Collector('shared'), new Collector('shared')];
      const active = await relay.subscribe(ours);
      await addThing(provider, acme, 1);
      await waitFor(ours, 1);
      const standby = await other.subscribe(theirs);
      await addThing(provider, acme, 2);
      await waitFor(ours, 2);
      expect([active.active, standby.active]).toEqual([true, false]);
      await relay.close();
      await addThing(provider, acme, 3);
      await waitFor(theirs, 1);
      expect([...ours.told, ...theirs.told]).toEqual(['insert 1', 'insert 2', 'insert 3']);
      await other.close();
      await second.close();
    });
  }
});
