import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { pruneEvents } from '../../src/events/index.js';
import { type FollowedEvent, type Follower, Live } from '../../src/live/index.js';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { addThing, freshTenant, makeThings, renameThing } from '../events/things.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

await describeOnEachDatabase('followers of a tenant', (open, kind) => {
  let database: OpenedDatabase;
  let live: Live;
  let acme: TenantContext;
  let ids = 0;
  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider);
  });
  afterAll(() => database.dispose());
  beforeEach(() => {
    acme = freshTenant();
    live = new Live(database.provider, { pollMs: 50 });
  });
  afterEach(() => live.close());

  const add = async (context: TenantContext = acme) => {
    await addThing(database.provider, context, ++ids);
    return String(ids);
  };
  const bulk = (amount: number) => {
    const text = `insert into app.things (id, name) select ${ids} + n, 'x' from generate_series(1, ${amount}) n`;
    ids += amount;
    return database.provider.query(acme, { text });
  };

  test('hear each committed change of it once, and nothing of another', async () => {
    const follower = await live.follow(acme.tenantId);
    const id = await add();
    await add(freshTenant());
    await renameThing(database.provider, acme, ids - 1, 'other');
    await database.provider.query(acme, { text: 'delete from app.things' });
    const events = await take(follower, 3);
    expect(events.map(({ event }) => event)).toMatchObject([
      {
        entity: 'things',
        rowId: id,
        operation: 'insert',
        changed: null,
        actorId: 'ann',
        at: expect.any(Date),
      },
      { rowId: id, operation: 'update', changed: ['name'] },
      { rowId: id, operation: 'delete' },
    ]);
    await expectNoMore(follower);
  });

  test('go on from the position of any event, wherever the earlier one ran', async () => {
    const first = await live.follow(acme.tenantId);
    const expected = [await add(), await add(), await add()];
    await bulk(3);
    const heard = await take(first, 6);
    expect(rows(heard).slice(0, 3)).toEqual(expected);
    const elsewhere = new Live(database.provider, { pollMs: 50 });
    try {
      for (const [index, { position }] of heard.entries()) {
        const follower = await elsewhere.follow(acme.tenantId, { position });
        expect(rows(await take(follower, 5 - index))).toEqual(rows(heard.slice(index + 1)));
        await follower.close();
      }
    } finally {
      await elsewhere.close();
    }
  });

  test('hear all that happened while nobody followed', async () => {
    const first = await live.follow(acme.tenantId);
    const { position } = first;
    await first.close();
    const expected = [await add(), await add()];
    const follower = await live.follow(acme.tenantId, { position });
    expect(rows(await take(follower, 2))).toEqual(expected);
    expected.push(await add());
    expect(rows(await take(follower, 1))).toEqual(expected.slice(2));
  });

  test('hear only the entities and operations that they want, and their position moves on meanwhile', async () => {
    const inserts = await live.follow(acme.tenantId, { entity: 'things', operations: ['insert'] });
    const others = await live.follow(acme.tenantId, { entity: 'others' });
    const before = others.position;
    const idle = take(others, 1);
    await add();
    await renameThing(database.provider, acme, ids, 'other');
    const last = await add();
    expect(rows(await take(inserts, 2))).toEqual([String(ids - 1), last]);
    await vi.waitFor(() => expect(others.position).not.toBe(before));
    const next = await live.follow(acme.tenantId, { position: others.position });
    await expectNoMore(next);
    await others.close();
    expect(await idle).toEqual([]);
  });

  test('cost one statement a look, however many they are and whichever tenants they follow', async () => {
    const followers: Follower[] = [];
    for (let n = 0; n < 20; n++) followers.push(await live.follow(n < 10 ? acme.tenantId : `other${n}`));
    const looked = live.looks;
    const id = await add();
    const heard = await Promise.all(followers.slice(0, 10).map((follower) => take(follower, 1)));
    expect(heard.map(rows)).toEqual(Array.from({ length: 10 }, () => [id]));
    expect(live.looks - looked).toBeLessThan(10);
  });

  test('hear a change that is larger than what is kept in the process, in order', async () => {
    const follower = await live.follow(acme.tenantId);
    const first = ids + 1;
    await bulk(2500);
    const heard = await take(follower, 2500);
    expect(rows(heard)).toEqual(Array.from({ length: 2500 }, (_, n) => String(first + n)));
    const resumed = await live.follow(acme.tenantId, { position: heard[1233]?.position });
    expect(rows(await take(resumed, 1266))).toEqual(rows(heard.slice(1234)));
  });

  test('that were too slow for what is kept catch up from the ledger', async () => {
    const small = new Live(database.provider, { pollMs: 20, keptEvents: 5 });
    const follower = await small.follow(acme.tenantId);
    const quick = await small.follow(acme.tenantId);
    const expected: string[] = [];
    for (let n = 0; n < 12; n++) {
      expected.push(await add());
      await take(quick, 1);
    }
    expect(rows(await take(follower, 12))).toEqual(expected);
    await small.close();
  });

  test('catch up with a long way in parts, and each position in it is good', async () => {
    const first = await live.follow(acme.tenantId);
    const { position } = first;
    await first.close();
    const start = ids + 1;
    for (let n = 0; n < 6; n++) await bulk(500);
    const heard = await take(await live.follow(acme.tenantId, { position }), 3000);
    expect(rows(heard)).toEqual(Array.from({ length: 3000 }, (_, n) => String(start + n)));
    for (const at of [499, 500, 999, 1000, 1700, 2999]) {
      const resumed = await live.follow(acme.tenantId, { position: heard[at]?.position });
      expect(rows(await take(resumed, 2999 - at))).toEqual(rows(heard.slice(at + 1)));
      await resumed.close();
    }
  });

  test('are refused a position of another tenant, and what is none', async () => {
    const { position } = await live.follow(acme.tenantId);
    const refused = { code: 'AQF_ARGUMENT_INVALID' };
    await expect(live.follow('rival', { position })).rejects.toMatchObject(refused);
    const [format, server, mark] = Buffer.from(position, 'base64url').toString().split('~');
    const forged = (rest: string) =>
      Buffer.from([format, server, mark, rest].join('~')).toString('base64url');
    for (const text of [
      '',
      'nonsense',
      '\u0000',
      forged('5:3:'),
      forged('1:9:4,3'),
      forged('1:9:4~x'),
      forged("1:1:'"),
    ])
      await expect(live.follow(acme.tenantId, { position: text })).rejects.toMatchObject(refused);
    await expect(live.follow(acme.tenantId, { entity: '' })).rejects.toMatchObject(refused);
    await expect(live.follow(acme.tenantId, { operations: ['log' as never] })).rejects.toMatchObject(refused);
  });

  test('are told that a position is lost: of another server, of the future, before what was pruned', async () => {
    const lost = { code: 'AQF_POSITION_LOST', status: 410 };
    const { position } = await live.follow(acme.tenantId);
    const [format, server, mark, at] = Buffer.from(position, 'base64url').toString().split('~');
    const forged = (of: string | undefined, place: string | undefined) =>
      live.follow(acme.tenantId, {
        position: Buffer.from([format, of, mark, place].join('~')).toString('base64url'),
      });
    await expect(forged('1.1.1', at)).rejects.toMatchObject(lost);
    await expect(forged(server, '99999999999:99999999999:')).rejects.toMatchObject(lost);
    await add();
    await database.provider.query(OWNER, { text: 'delete from aquifer.subscriptions' });
    // Nothing is pruned that began after the oldest transaction of the server, and other tests have theirs.
    await vi.waitFor(
      async () => {
        await pruneEvents(database.provider, 0);
        await expect(live.follow(acme.tenantId, { position })).rejects.toMatchObject(lost);
      },
      { timeout: 30_000, interval: 100 },
    );
    // What was pruned was nothing of this entity, or of this tenant.
    await live.follow(acme.tenantId, { position, entity: 'others' });
    const rival = freshTenant();
    await live.follow(rival.tenantId, { position: (await live.follow(rival.tenantId)).position });
  });

  test('end when they are closed, by their signal and with the room', async () => {
    const ends = new AbortController();
    const [one, two, three] = await Promise.all([
      live.follow(acme.tenantId),
      live.follow(acme.tenantId, { signal: ends.signal }),
      live.follow(acme.tenantId),
    ]);
    const taken = Promise.all([one, two, three].map((follower) => take(follower, 1)));
    await one.close();
    ends.abort();
    await live.close();
    expect(await taken).toEqual([[], [], []]);
    await expect(live.follow(acme.tenantId)).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });

  // The embedded database has one connection: nothing overlaps.
  if (kind === 'postgres')
    test('miss nothing of transactions that commit out of order', async () => {
      const { provider } = database;
      const follower = await live.follow(acme.tenantId);
      const first = ++ids;
      const second = ++ids;
      let position = follower.position;
      await provider.transaction(acme, async (slow) => {
        await slow.query('insert into app.things (id) values ($1)', [first]);
        await addThing(provider, acme, second);
        const [quick] = await take(follower, 1);
        expect(quick?.event.rowId).toBe(String(second));
        position = quick?.position ?? '';
      });
      expect(rows(await take(follower, 1))).toEqual([String(first)]);
      const resumed = await live.follow(acme.tenantId, { position });
      expect(rows(await take(resumed, 1))).toEqual([String(first)]);
    });

  test('with roles hear of documents in the collections that those may read, and in no other', async () => {
    const { provider } = database;
    const context = { ...acme, roles: ['hr', 'law'] };
    const ask = async (text: string) =>
      (await provider.query<{ id: string }>(context, { text })).rows[0]?.id ?? '';
    const collection = (name: string, readers: string) =>
      ask(
        `insert into aquifer.collections (name, readers) values ('${name}', ${readers}) returning id::text`,
      );
    const [hr, law] = [await collection('hr', `'{hr}'`), await collection('law', `'{law,courts}'`)];
    const open = await collection('open', 'null');
    const store = (where: string) =>
      ask(`insert into aquifer.documents (collection_id, source, title, format, content, source_hash, recipe_hash, source_bytes)
           values (${where}, gen_random_uuid()::text, 'x', 'text', 'x', 'x', 'x', 1) returning id::text`);
    const followWith = (roles?: readonly string[]) => live.follow(acme.tenantId, {}, roles);
    const followers = [
      await followWith(['hr']),
      await followWith(['courts', 'x']),
      await followWith([]),
      await followWith(),
    ];
    const { position } = await followWith();
    const [inHr, inLaw, inOpen] = [await store(hr), await store(law), await store(open)];
    await ask(`select aquifer.trash_document('${inHr}')`);
    await ask(`update aquifer.documents set embedding_expired_at = now() where id = '${inLaw}'`);
    const row = String(++ids);
    await addThing(provider, acme, ids);

    const expected = [
      [inHr, inOpen, inHr, row],
      [inLaw, inOpen, inLaw, row],
      [inOpen, row],
    ];
    const all = [inHr, inLaw, inOpen, inHr, inLaw, row];
    const heard = await Promise.all(
      followers.map((follower, at) => take(follower, [...expected, all][at]?.length ?? 0)),
    );
    expect(heard.map(rows)).toEqual([...expected, all]);
    // Who comes later reads it from the ledger.
    const late = await live.follow(acme.tenantId, { position }, ['hr']);
    expect(rows(await take(late, 4))).toEqual(expected[0]);

    // Of a collection that is gone hears who may read every other.
    const strict = [await followWith(['law']), await followWith(['hr', 'courts'])];
    await ask(`delete from aquifer.collections where name = 'open' returning id::text`);
    const last = String(++ids);
    await addThing(provider, acme, ids);
    const after = await Promise.all(strict.map((follower, at) => take(follower, at + 1)));
    expect(after.map(rows)).toEqual([[last], [inOpen, last]]);
  });

  test('have functions that no tenant may call', async () => {
    const attempt = database.provider.query(acme, {
      text: `select * from aquifer.live_look(array['x'], null, '', 1)`,
    });
    await expect(attempt).rejects.toMatchObject({ code: 'AQF_PERMISSION_DENIED' });
  });
});

async function take(follower: Follower, amount: number): Promise<FollowedEvent[]> {
  const events = follower[Symbol.asyncIterator]();
  const taken: FollowedEvent[] = [];
  while (taken.length < amount) {
    const { value, done } = await events.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function rows(events: readonly FollowedEvent[]): string[] {
  return events.map(({ event }) => event.rowId);
}

/** Whatever comes next is not something that was there before. */
async function expectNoMore(follower: Follower): Promise<void> {
  const next = take(follower, 1);
  const timeout = new Promise((resolve) => setTimeout(() => resolve('nothing'), 150));
  expect(await Promise.race([next, timeout])).toBe('nothing');
  await follower.close();
  await next;
}
