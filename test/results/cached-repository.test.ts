import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Cache, type CacheOptions, createCache, entityTag } from '../../src/cache/index.js';
import { Encryption, localKeyFile } from '../../src/encryption/index.js';
import { ensureEntities } from '../../src/entities/index.js';
import { Relay } from '../../src/events/index.js';
import type { TenantContext } from '../../src/relational/index.js';
import { type ChangeListener, Session } from '../../src/repositories/index.js';
import { cachedRepository } from '../../src/results/index.js';
import { counting } from '../repositories/fixture.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { makeTempDir } from '../support/temp-dir.js';
import { authors, books, LIBRARY, readers, shelves } from './books.js';

const hasRedis = await serviceAvailable('redis');

await describeOnEachDatabase('cached reads of repositories', (open) => {
  let database: OpenedDatabase;
  let relay: Relay;
  let ciphers: Encryption;
  let acme: TenantContext;
  let session: Session;
  let cache: Cache;
  let calls: () => number;
  const caches = new Map<string, Cache>();

  beforeAll(async () => {
    database = await open();
    await ensureEntities(database.provider, LIBRARY);
    const path = join(makeTempDir(), 'master.key');
    ciphers = new Encryption({ provider: await localKeyFile({ path, missing: 'create' }) });
    relay = new Relay(database.provider, { pollMs: 20 });
    await relay.subscribe({
      name: 'cache',
      handle: async (events) => {
        for (const { tenantId, entity, rowId } of events) {
          await caches.get(tenantId)?.invalidateTags([entityTag(entity), entityTag(entity, rowId)]);
        }
      },
    });
  });
  afterAll(async () => {
    await relay.close();
    await database.dispose();
  });
  beforeEach(async () => {
    acme = { kind: 'tenant', tenantId: `t-${randomUUID()}` };
    const counted = counting(database.provider);
    calls = counted.calls;
    session = new Session(counted.provider, acme, { ciphers });
    cache = await createCache();
    caches.set(acme.tenantId, cache);
  });

  /** Until the events of all writes so far were heard. */
  const heard = async () => {
    const until = Date.now() + 10_000;
    for (;;) {
      const { waiting } = await relay.lag('cache');
      if (waiting === 0) return;
      if (Date.now() > until) throw new Error('The relay does not catch up.');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** Writes as anyone may who is not of this house. */
  const elsewhere = (text: string, values: unknown[] = []) => database.provider.query(acme, { text, values });
  const makeBook = async (title = 'Emma') => {
    const book = await session.repository(books).create({ title });
    await heard();
    return book;
  };

  test('tenants share nothing, not even where someone gives them one cache', async () => {
    const { id } = await makeBook();
    const mine = cachedRepository(session.repository(books), cache);
    const other: TenantContext = { kind: 'tenant', tenantId: `t-${randomUUID()}` };
    const theirs = cachedRepository(new Session(database.provider, other).repository(books), cache);
    expect(await mine.findById(id)).toMatchObject({ title: 'Emma' });
    expect(await mine.count()).toBe(1);
    expect(await theirs.findById(id)).toBeUndefined();
    expect(await theirs.count()).toBe(0);
    expect((await theirs.findMany()).rows).toEqual([]);
  });

  test('a row is read once, and again when it was changed by someone else', async () => {
    const { id } = await makeBook();
    const cached = cachedRepository(session.repository(books), cache);
    const before = calls();
    for (let i = 0; i < 3; i++) expect(await cached.findById(id)).toMatchObject({ title: 'Emma' });
    expect(calls() - before).toBe(1);
    await elsewhere(`update library.books set title = 'Persuasion' where id = $1`, [id]);
    await heard();
    expect(await cached.findById(id)).toMatchObject({ title: 'Persuasion' });
    expect(cached.figures()).toEqual({ reads: 4, hits: 2, misses: 2 });
  });

  test('a row is not dropped for changes of another row, lists are', async () => {
    const [one, other] = [await makeBook('one'), await makeBook('other')];
    const cached = cachedRepository(session.repository(books), cache);
    await cached.findById(one.id);
    await cached.count();
    await elsewhere(`update library.books set title = 'changed' where id = $1`, [other.id]);
    await heard();
    await cached.findById(one.id);
    expect(cached.figures()).toMatchObject({ misses: 2 });
    await cached.count();
    expect(cached.figures()).toMatchObject({ misses: 3 });
  });

  test('that there is no such row is known too, until there is one', async () => {
    const id = randomUUID();
    const cached = cachedRepository(session.repository(books), cache);
    expect(await cached.findById(id)).toBeUndefined();
    expect(await cached.findById(id.toUpperCase())).toBeUndefined();
    expect(cached.figures()).toMatchObject({ misses: 1 });
    await elsewhere(`insert into library.books (id, title) values ($1, 'late')`, [id]);
    await heard();
    expect(await cached.findById(id)).toMatchObject({ title: 'late' });
  });

  test('every kind of read gives what the repository gives', async () => {
    const repository = session.repository(books);
    await repository.create({
      title: 'types',
      printed: new Date('2020-02-29T12:00:00.123Z'),
      isbn: 2n ** 62n + 1n,
      price: '12.50',
      data: { deep: [1, 'two', null] },
    });
    await repository.create({ title: 'second' });
    await heard();
    const cached = cachedRepository(repository, cache);
    const where = { title: { startsWith: 't' } };
    for (let i = 0; i < 2; i++) {
      expect(await cached.findOne({ where })).toEqual(await repository.findOne({ where }));
      expect(await cached.findOne({ where: { title: 'none' } })).toBeUndefined();
      const page = { orderBy: { title: 'desc' }, limit: 1 } as const;
      const first = await repository.findMany(page);
      expect(await cached.findMany(page)).toEqual(first);
      const next = { ...page, after: String(first.nextCursor) };
      expect(await cached.findMany(next)).toEqual(await repository.findMany(next));
      expect(await cached.count({ where })).toBe(1);
      expect(await cached.exists({ where })).toBe(true);
    }
    expect(cached.figures()).toMatchObject({ reads: 12, misses: 6 });
  });

  test.skipIf(!hasRedis)('what went through the shared tier is what the repository gives', async () => {
    const repository = session.repository(books);
    const { id } = await repository.create({
      title: 'types \u0001',
      printed: new Date(-1),
      isbn: -(2n ** 63n - 1n),
      price: '0.10',
      data: [{ deep: null }, 1e300, ''],
    });
    const redis = { url: serviceUrl('redis'), prefix: `aqtest:${randomUUID()}:` };
    const opened = await Promise.all([1, 2].map(() => createCache({ redis, guard: { deadlineMs: 5_000 } })));
    const [one, other] = opened.map((each) => cachedRepository(repository, each));
    await one?.findById(id);
    await one?.findMany();
    await one?.exists({ where: { title: 'none' } });
    expect(await other?.findById(id)).toStrictEqual(await repository.findById(id));
    expect(await other?.findMany()).toStrictEqual(await repository.findMany());
    expect(await other?.exists({ where: { title: 'none' } })).toBe(false);
    expect(other?.figures()).toMatchObject({ reads: 3, misses: 0 });
    await Promise.all(opened.map((each) => each.close()));
  });

  test('the same question is one, however it is written; another order is another question', async () => {
    await makeBook();
    const cached = cachedRepository(session.repository(books), cache);
    await cached.findMany({ where: { title: 'a', price: '1.00' }, orderBy: { title: 'asc', price: 'asc' } });
    await cached.findMany({ orderBy: { title: 'asc', price: 'asc' }, where: { price: '1.00', title: 'a' } });
    expect(cached.figures().misses).toBe(1);
    await cached.findMany({ where: { title: 'a', price: '1.00' }, orderBy: { price: 'asc', title: 'asc' } });
    expect(cached.figures().misses).toBe(2);
  });

  test('what was read along is dropped when it changes', async () => {
    const author = await session.repository(authors).create({ name: 'Jane' });
    const { id } = await session.repository(books).create({ title: 'Emma', authorId: author.id });
    await heard();
    const cached = cachedRepository(session.repository(books), cache);
    const read = async () => (await cached.findById(id, { include: { author: true } }))?.author?.name;
    expect(await read()).toBe('Jane');
    await elsewhere(`update library.authors set name = 'Jane Austen' where id = $1`, [author.id]);
    await heard();
    expect(await read()).toBe('Jane Austen');
    const fromAuthor = cachedRepository(session.repository(authors), cache);
    const along = {
      include: { books: { select: ['title'], include: { author: { select: ['name'] } } } },
    } as const;
    expect(await fromAuthor.findOne(along)).toMatchObject({ books: [{ author: { name: 'Jane Austen' } }] });
    await elsewhere(`delete from library.books where id = $1`, [id]);
    await heard();
    expect(await fromAuthor.findOne(along)).toMatchObject({ books: [] });
  });

  test('what was written here is seen by the next read, without waiting for events', async () => {
    // As a scope does it.
    const onChange: ChangeListener = async (_, changes) => {
      const tags = changes.flatMap(({ entity, rows }) => [
        entityTag(entity),
        ...rows.map(({ id }) => entityTag(entity, id)),
      ]);
      await cache.invalidateTags(tags);
    };
    const repository = new Session(database.provider, acme, { ciphers, onChange }).repository(books);
    const cached = cachedRepository(repository, cache);
    expect(await cached.count()).toBe(0);
    const { id } = await repository.create({ title: 'Emma' });
    expect(await cached.count()).toBe(1);
    await cached.findById(id);
    await repository.transaction((tx) => tx.update(id, { title: 'Persuasion' }));
    expect(await cached.findById(id)).toMatchObject({ title: 'Persuasion' });
    await repository.upsert({ id, title: 'Sanditon' });
    expect(await cached.findOne()).toMatchObject({ title: 'Sanditon' });
    await repository.delete(id);
    expect(await cached.findById(id)).toBeUndefined();
  });

  test('what was forgotten is read anew, as many rows as there are', async () => {
    const rows = await session
      .repository(books)
      .createMany(Array.from({ length: 70 }, (_, i) => ({ title: `${i}` })));
    await heard();
    const cached = cachedRepository(session.repository(books), cache);
    await Promise.all(rows.map(({ id }) => cached.findById(id)));
    await cached.forget(...rows.slice(1).map(({ id }) => id));
    await Promise.all(rows.map(({ id }) => cached.findById(id)));
    expect(cached.figures()).toEqual({ reads: 140, hits: 1, misses: 139 });
  });

  test('a row that was put is read from the cache, as it is in the database', async () => {
    const { id } = await makeBook();
    const cached = cachedRepository(session.repository(books), cache);
    await cached.findById(id);
    const written = await session.transaction((tx) => tx.repository(books).update(id, { title: 'newest' }));
    await heard();
    await cached.put(written);
    const before = calls();
    expect(await cached.findById(id)).toEqual(written);
    expect(calls()).toBe(before);
  });

  test('what is written through is read from the cache, and what was made of the row before is gone', async () => {
    const cached = cachedRepository(session.repository(books), await createCache());
    const made = await cached.create({ title: 'made' });
    expect(await cached.findMany({ where: { title: 'made' } })).toMatchObject({ rows: [made] });
    const updated = await cached.update(made.id, { title: 'updated' }, { revision: made.revision });
    const before = calls();
    expect(await cached.findById(made.id)).toEqual(updated);
    expect(calls()).toBe(before);
    expect(await cached.findMany({ where: { title: 'made' } })).toMatchObject({ rows: [] });
    const again = await cached.upsert({ id: made.id, title: 'again' });
    expect(await cached.findById(made.id)).toEqual(again);
    await cached.delete(made.id);
    expect(await cached.findById(made.id)).toBeUndefined();
  });

  test('a row is put although nobody has told of its change', async () => {
    const { id } = await makeBook();
    const cached = cachedRepository(session.repository(books), await createCache());
    await cached.findById(id);
    const written = await session.repository(books).update(id, { title: 'newest' });
    await cached.put(written);
    expect(await cached.findById(id)).toEqual(written);
  });

  test('a row that is put late does not bring back what was overwritten since', async () => {
    const { id } = await makeBook();
    const cached = cachedRepository(session.repository(books), cache);
    const old = await session.repository(books).update(id, { title: 'first' });
    await elsewhere(`update library.books set title = 'second' where id = $1`, [id]);
    await heard();
    await cached.put(old);
    expect(await cached.findById(id)).toMatchObject({ title: 'second' });
  });

  test('a read that began before a change is not kept', async () => {
    const { id } = await makeBook('old');
    const repository = session.repository(books);
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = Object.assign(Object.create(repository), { entity: repository.entity }) as typeof repository;
    slow.findById = (async (key: string) => {
      const row = await repository.findById(key);
      await held;
      return row;
    }) as typeof repository.findById;
    const cached = cachedRepository(slow, cache, { readFrom: 'any' });
    const early = cached.findById(id);
    await vi.waitFor(() => expect(cached.figures().misses).toBe(1));
    await elsewhere(`update library.books set title = 'new' where id = $1`, [id]);
    await heard();
    goOn();
    await early;
    expect(await cached.findById(id)).toMatchObject({ title: 'new' });
  });

  test('readers who see different rows share nothing', async () => {
    await makeBook();
    const cached = cachedRepository(session.repository(books), cache, { vary: 'ann' });
    expect(await cached.count()).toBe(1);
    const other = cachedRepository(session.repository(books), cache, { vary: 'ben' });
    await other.count();
    expect(other.figures().misses).toBe(1);
  });

  test('encrypted rows stay in this process, others need not', async () => {
    const memo = vi.spyOn(Cache.prototype, 'memo');
    await session.repository(readers).create({ card: 'r7', email: 'ann@acme.example' });
    await makeBook();
    await cachedRepository(session.repository(readers), cache).findById('r7');
    await cachedRepository(session.repository(readers), cache).findOne({
      where: { email: 'ann@acme.example' },
    });
    await cachedRepository(session.repository(books), cache).count();
    await cachedRepository(session.repository(readers), cache, { l2: true }).findById('r7');
    const told = memo.mock.calls.map(([key, options]) => [key.split('.')[0], (options as CacheOptions).l2]);
    expect(told).toEqual([
      ['readers', false],
      ['readers', false],
      ['books', true],
      ['readers', true],
    ]);
    memo.mockRestore();
  });

  test('an entity whose changes are not told is refused, unless that is accepted', async () => {
    const code = 'AQF_ENTITY_INVALID';
    const repository = session.repository(shelves);
    expect(() => cachedRepository(repository, cache)).toThrowError(expect.objectContaining({ code }));
    const cached = cachedRepository(repository, cache, { untold: 'ttl', ttl: '10s' });
    expect(await cached.count()).toBe(0);
  });

  test('what the repository refuses is refused, and not kept', async () => {
    const cached = cachedRepository(session.repository(books), cache);
    const wrong = () => cached.findMany({ limit: 0 });
    await expect(wrong()).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(wrong()).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    expect(await cached.findById('no uuid')).toBeUndefined();
    expect(cache.stats().fills).toBe(0);
  });
});
