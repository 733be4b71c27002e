import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { AquiferError } from '../../src/errors/index.js';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import {
  createWriteBehind,
  type WriteBehind,
  type WriteBehindItem,
  type WriteBehindOptions,
} from '../../src/write-behind/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

type Options = Partial<WriteBehindOptions<unknown>>;

/** A destination that remembers what it was handed, and refuses what a test tells it to. */
class Destination {
  readonly batches: WriteBehindItem<unknown>[][] = [];
  readonly errors: unknown[] = [];
  refuse: (items: readonly WriteBehindItem<unknown>[]) => Error | undefined = () => undefined;
  calls = 0;

  async flush(items: WriteBehindItem<unknown>[]): Promise<void> {
    this.calls++;
    const refusal = this.refuse(items);
    if (refusal) throw refusal;
    this.batches.push(items);
  }
  onError(error: unknown): void {
    this.errors.push(error);
  }
  get items(): WriteBehindItem<unknown>[] {
    return this.batches.flat();
  }
  get keys(): string[] {
    return this.items.map(({ key }) => key).sort();
  }
}

const NEVER = { waitMs: 3_600_000, maxWaitMs: 3_600_000 };
const AT_ONCE = { waitMs: 0, maxWaitMs: 0 };
const soon = { timeout: 15_000, interval: 10 };

await describeOnEachDatabase('write-behind', (open) => {
  let database: OpenedDatabase;
  let name: string;
  let destination: Destination;
  let acme: TenantContext;
  const opened: WriteBehind<unknown>[] = [];
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());
  beforeEach(() => {
    name = `q-${randomUUID()}`;
    destination = new Destination();
    acme = { kind: 'tenant', tenantId: `acme-${name}`, actorId: 'ann' };
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
  });

  const openQueue = (options: Options = {}, to = destination): WriteBehind<unknown> => {
    const queue = createWriteBehind<unknown>({
      relational: database.provider,
      name,
      flush: (items) => to.flush(items),
      onError: (error) => to.onError(error),
      closeTimeoutMs: 0,
      backoffMs: 20,
      maxBackoffMs: 100,
      pollMs: 50,
      ...options,
    });
    opened.push(queue);
    return queue;
  };
  const journal = async () =>
    (
      await database.provider.query(OWNER, {
        text: `select tenant_id, key, value::text as value, actor_id, attempts, dead_at
               from aquifer.write_behind where queue = $1 order by key`,
        values: [name],
      })
    ).rows;

  test('has a write in the journal when it is acknowledged, and answers reads from there', async () => {
    const mine = openQueue(NEVER).forTenant(acme);
    await mine.put('greeting', { text: 'hello', n: 1e21 });
    expect(await journal()).toMatchObject([
      { tenant_id: acme.tenantId, key: 'greeting', actor_id: 'ann', attempts: 0, dead_at: null },
    ]);
    expect(await mine.get('greeting')).toEqual({ text: 'hello', n: 1e21 });
    expect(await mine.get('other')).toBeUndefined();
    await mine.put('nothing', null);
    expect(await mine.getMany(['nothing', 'greeting', 'other'])).toEqual(
      new Map<string, unknown>([
        ['nothing', null],
        ['greeting', { text: 'hello', n: 1e21 }],
      ]),
    );
    expect(destination.calls).toBe(0);
  });

  test('flushes the last of many writes of a key, once, with who put it', async () => {
    const queue = openQueue(NEVER);
    const mine = queue.forTenant(acme);
    for (let value = 1; value <= 5; value++) await mine.put('counter', value);
    expect(await queue.figures()).toMatchObject({ pending: 1, flushed: 0 });
    await queue.flush();
    expect(destination.items).toEqual([
      { tenantId: acme.tenantId, key: 'counter', value: 5, sequence: expect.any(Number), actorId: 'ann' },
    ]);
    expect(await mine.get('counter')).toBeUndefined();
    expect(await queue.figures()).toMatchObject({ pending: 0, oldestMs: 0, flushed: 1, dead: 0 });
  });

  test('flushes by itself what was left alone for a while', async () => {
    const mine = openQueue({ waitMs: 50, maxWaitMs: 60_000 }).forTenant(acme);
    await mine.put('key', 1);
    await vi.waitFor(() => expect(destination.keys).toEqual(['key']), soon);
    await vi.waitFor(async () => expect(await journal()).toEqual([]), soon);
  });

  test('waits for a key to be left alone, and no longer than the longest wait', async () => {
    const mine = openQueue(NEVER).forTenant(acme);
    await mine.put('key', 1);
    const due = async () => {
      const { rows } = await database.provider.query<{ ms: number }>(OWNER, {
        text: `select (extract(epoch from due_at - first_at) * 1000)::float8 as ms from aquifer.write_behind where queue = $1`,
        values: [name],
      });
      return rows[0]?.ms ?? 0;
    };
    const first = await due();
    await mine.put('key', 2);
    expect(first).toBeGreaterThan(3_599_000);
    expect(await due()).toBeLessThanOrEqual(3_600_001);
    const patient = openQueue({ waitMs: 1_000_000, maxWaitMs: 3_600_000 }).forTenant(acme);
    await patient.put('key', 3);
    expect(await due()).toBeLessThan(1_100_000);
    expect(destination.calls).toBe(0);
  });

  test('flushes a key that is written without end', async () => {
    const mine = openQueue({ waitMs: 200, maxWaitMs: 200 }).forTenant(acme);
    let value = 0;
    while (destination.items.length === 0 && value < 100_000) await mine.put('busy', ++value);
    expect(destination.items.length).toBeGreaterThan(0);
    expect(value).toBeGreaterThan(1);
  });

  test('commits the puts of one turn in one statement, the last of a key winning', async () => {
    const queries: number[] = [];
    const counting = new Proxy(database.provider, {
      get: (target, property) => {
        const member = Reflect.get(target, property);
        if (property !== 'query') return typeof member === 'function' ? member.bind(target) : member;
        return (context: TenantContext, ...rest: [never]) => {
          if (context.kind === 'tenant') queries.push(1);
          return target.query(context, ...rest);
        };
      },
    });
    const mine = openQueue({ ...NEVER, relational: counting, batch: 1000 }).forTenant(acme);
    await Promise.all(Array.from({ length: 300 }, (_, index) => mine.put(`k${index % 100}`, index)));
    expect(queries).toHaveLength(1);
    const rows = await journal();
    expect(rows).toHaveLength(100);
    expect(rows.find(({ key }) => key === 'k7')).toMatchObject({ value: '207' });
  });

  test('lands the puts of a key in their order, however they are awaited', async () => {
    const mine = openQueue(NEVER).forTenant(acme);
    const puts: Promise<void>[] = [];
    for (let value = 1; value <= 200; value++) {
      puts.push(mine.put('key', value));
      if (value % 7 === 0) await puts[value - 3];
    }
    await Promise.all(puts);
    expect(await mine.get('key')).toBe(200);
  });

  test('flushes before the time when a batch is full', async () => {
    const queue = openQueue({ ...NEVER, batch: 10 });
    const mine = queue.forTenant(acme);
    await Promise.all(Array.from({ length: 10 }, (_, index) => mine.put(`k${index}`, index)));
    await vi.waitFor(() => expect(destination.items).toHaveLength(10), soon);
  });

  test('does not lose a put that is made during the flush of its key, and flushes it after', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: unknown[] = [];
    const queue = openQueue({
      ...AT_ONCE,
      flush: async (items) => {
        seen.push(...items.map(({ value }) => value));
        if (seen.length === 1) await held;
      },
    });
    const mine = queue.forTenant(acme);
    await mine.put('key', 'first');
    await vi.waitFor(() => expect(seen).toEqual(['first']), soon);
    await mine.put('key', 'second');
    expect(seen).toEqual(['first']);
    expect(await mine.get('key')).toBe('second');
    release();
    await vi.waitFor(() => expect(seen).toEqual(['first', 'second']), soon);
    await vi.waitFor(async () => expect(await journal()).toEqual([]), soon);
  });

  test('flushes what is left when it is closed, and takes no more', async () => {
    const queue = openQueue({ ...NEVER, batch: 7, closeTimeoutMs: 10_000 });
    const mine = queue.forTenant(acme);
    const puts = Array.from({ length: 20 }, (_, index) => mine.put(`k${index}`, index));
    const closing = queue.close();
    await Promise.all(puts);
    await closing;
    expect(destination.items).toHaveLength(20);
    expect(await journal()).toEqual([]);
    await expect(mine.put('late', 1)).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });

  test('leaves in the journal what it could not flush while closing, for the next process', async () => {
    destination.refuse = () => new Error('down');
    const queue = openQueue({ ...NEVER, closeTimeoutMs: 10_000 });
    await queue.forTenant(acme).put('key', 'kept');
    await queue.close();
    expect(await journal()).toMatchObject([{ value: '"kept"', dead_at: null }]);
    const next = new Destination();
    openQueue({}, next);
    await vi.waitFor(() => expect(next.items).toMatchObject([{ key: 'key', value: 'kept' }]), soon);
  });

  test('ends a flush that goes on for too long, and the close with it', async () => {
    const signals: AbortSignal[] = [];
    const queue = openQueue({
      ...AT_ONCE,
      flushTimeoutMs: 60_000,
      closeTimeoutMs: 100,
      flush: (_, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    await queue.forTenant(acme).put('key', 1);
    await vi.waitFor(() => expect(signals).toHaveLength(1), soon);
    await queue.close();
    expect(signals[0]?.aborted).toBe(true);
    expect(await journal()).toMatchObject([{ key: 'key', attempts: 0 }]);
  });

  test('tries again what failed, and counts it', async () => {
    let refusals = 2;
    destination.refuse = () => (refusals-- > 0 ? new Error('not now') : undefined);
    const queue = openQueue(AT_ONCE);
    await queue.forTenant(acme).put('key', 1);
    await vi.waitFor(() => expect(destination.items).toHaveLength(1), soon);
    expect(destination.errors).toHaveLength(2);
    const figures = { flushed: 1, retried: 2, givenUp: 0 };
    await vi.waitFor(async () => expect(await queue.figures()).toMatchObject(figures), soon);
  });

  test('gives a poisoned item up after its attempts, and holds up none of the others', async () => {
    destination.refuse = (items) =>
      items.some(({ key }) => key === 'k13') ? new Error('k13 is bad\u0000') : undefined;
    const queue = openQueue({ ...NEVER, attempts: 3, batch: 40 });
    const mine = queue.forTenant(acme);
    await Promise.all(Array.from({ length: 40 }, (_, index) => mine.put(`k${index}`, index)));
    await vi.waitFor(() => expect(destination.items).toHaveLength(39), soon);
    const figures = { dead: 1, pending: 0, flushed: 39, retried: 2, givenUp: 1 };
    await vi.waitFor(async () => expect(await queue.figures()).toMatchObject(figures), soon);
    expect(await mine.deadLetters.list()).toEqual([
      {
        tenantId: acme.tenantId,
        key: 'k13',
        value: 13,
        sequence: expect.any(Number),
        actorId: 'ann',
        attempts: 3,
        reason: 'k13 is bad',
        deadAt: expect.any(Date),
      },
    ]);
    expect(await mine.get('k13')).toBe(13);
    expect(destination.calls).toBeLessThan(20);
  });

  test('requeues, replaces and discards dead letters', async () => {
    destination.refuse = () => new Error('bad');
    const queue = openQueue({ ...AT_ONCE, attempts: 1 });
    const mine = queue.forTenant(acme);
    await Promise.all(['a', 'b', 'c'].map((key) => mine.put(key, `${key} old`)));
    await vi.waitFor(async () => expect(await mine.deadLetters.list()).toHaveLength(3), soon);
    destination.refuse = () => undefined;
    expect(await mine.deadLetters.discard(['a'])).toBe(1);
    await mine.put('b', 'b new');
    await vi.waitFor(() => expect(destination.keys).toEqual(['b']), soon);
    expect(await queue.deadLetters.list({ limit: 1 })).toMatchObject([{ key: 'c', value: 'c old' }]);
    expect(await mine.deadLetters.requeue()).toBe(1);
    await vi.waitFor(() => expect(destination.keys).toEqual(['b', 'c']), soon);
    expect(destination.items.map(({ value }) => value)).toEqual(['b new', 'c old']);
    expect(await mine.deadLetters.list()).toEqual([]);
  });

  test('gives nothing up while the destination is away, however long that is', async () => {
    const away = new AquiferError('AQF_DATABASE_UNAVAILABLE', 'away');
    destination.refuse = () => away;
    const queue = openQueue({ ...AT_ONCE, attempts: 1 });
    const mine = queue.forTenant(acme);
    await Promise.all(Array.from({ length: 10 }, (_, index) => mine.put(`k${index}`, index)));
    await vi.waitFor(() => expect(destination.calls).toBeGreaterThan(1), soon);
    expect(await queue.figures()).toMatchObject({ pending: 10, dead: 0, retried: 0 });
    destination.refuse = () => undefined;
    await vi.waitFor(() => expect(destination.items).toHaveLength(10), soon);
  });

  test('lets a put wait for room, and refuses it when there is none', async () => {
    let blocked = true;
    destination.refuse = () => (blocked ? new AquiferError('AQF_DATABASE_UNAVAILABLE', 'away') : undefined);
    const queue = openQueue({ ...AT_ONCE, maxPending: 5, fullWaitMs: 100 });
    const mine = queue.forTenant(acme);
    await Promise.all(Array.from({ length: 5 }, (_, index) => mine.put(`k${index}`, index)));
    await expect(mine.put('more', 1)).rejects.toMatchObject({
      code: 'AQF_WRITE_BEHIND_FULL',
      facts: { queue: name, maxPending: 5 },
    });
    await openQueue().forTenant({ kind: 'tenant', tenantId: 'other' }).put('of another', 1);
    const patient = openQueue({ ...AT_ONCE, maxPending: 5, fullWaitMs: 20_000 }).forTenant(acme);
    await patient.put('overshoots: not counted yet', 1);
    const waiting = [patient.put('order', 1), patient.put('order', 2)];
    blocked = false;
    await Promise.all(waiting);
    await vi.waitFor(() => expect(destination.keys).toContain('order'), soon);
    await vi.waitFor(async () => expect(await queue.figures()).toMatchObject({ pending: 0 }), soon);
    expect(destination.items.filter(({ key }) => key === 'order').at(-1)?.value).toBe(2);
  });

  test('keeps tenants apart', async () => {
    const queue = openQueue(NEVER);
    const rival: TenantContext = { kind: 'tenant', tenantId: `rival-${name}` };
    const [mine, theirs] = [queue.forTenant(acme), queue.forTenant(rival)];
    await mine.put('key', 'mine');
    await theirs.put('key', 'theirs');
    expect([await mine.get('key'), await theirs.get('key')]).toEqual(['mine', 'theirs']);
    await database.provider.query(OWNER, {
      text: 'update aquifer.write_behind set dead_at = now() where queue = $1',
      values: [name],
    });
    expect(await theirs.deadLetters.list()).toMatchObject([{ tenantId: rival.tenantId, value: 'theirs' }]);
    expect(await theirs.deadLetters.discard()).toBe(1);
    expect(await mine.deadLetters.list()).toHaveLength(1);
    expect(await queue.deadLetters.requeue()).toBe(1);
    await queue.flush();
    expect(destination.items).toMatchObject([{ tenantId: acme.tenantId, value: 'mine' }]);
  });

  test('takes values as they are, and refuses what JSON or the journal cannot hold', async () => {
    const queue = openQueue(NEVER);
    const mine = queue.forTenant(acme);
    const odd = { b: 1, a: 'half \ud800 of a pair, \u0000 and "quotes"', nested: [[[]], { '': null }] };
    await mine.put("'; drop table aquifer.write_behind; --", odd);
    await queue.flush();
    expect(destination.items.map(({ value }) => JSON.stringify(value))).toEqual([JSON.stringify(odd)]);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const value of [undefined, () => 1, 10n, circular, 'x'.repeat(1_048_577)]) {
      await expect(mine.put('key', value)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    }
    for (const key of ['', 'a\u0000b', '\ud800', 'ä'.repeat(513), undefined as never]) {
      await expect(mine.put(key, 1)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    }
    expect(() => openQueue({ waitMs: 10, maxWaitMs: 5 })).toThrow('waitMs must not be above maxWaitMs');
    expect(() => openQueue({ name: 'a b' })).toThrow('name must be');
  });

  test('shares the work between two who flush: each item once, the newest of each key last', async () => {
    const [first, second] = [new Destination(), new Destination()];
    const other = database.another ? await database.another() : database.provider;
    const queues = [
      openQueue({ ...AT_ONCE, batch: 10 }, first),
      openQueue({ ...AT_ONCE, batch: 10, relational: other }, second),
    ];
    const flushed = new Map<string, number>();
    const disorder: string[] = [];
    const note = (items: readonly WriteBehindItem<unknown>[]) => {
      for (const { key, value } of items) {
        if ((flushed.get(key) ?? 0) > Number(value)) disorder.push(`${key}: ${flushed.get(key)}, ${value}`);
        flushed.set(key, Number(value));
      }
      return undefined;
    };
    first.refuse = note;
    second.refuse = note;
    for (let round = 1; round <= 20; round++) {
      await Promise.all(
        Array.from({ length: 20 }, (_, key) => queues[key % 2]?.forTenant(acme).put(`k${key}`, round)),
      );
    }
    await vi.waitFor(async () => expect(await journal()).toEqual([]), soon);
    expect([...flushed.values()]).toEqual(Array.from({ length: 20 }, () => 20));
    expect(disorder).toEqual([]);
    await Promise.all(queues.map((queue) => queue.close()));
    if (other !== database.provider) await other.close();
  });

  test('goes on when the database failed it, and tells of it', async () => {
    let failures = 3;
    const moody = new Proxy(database.provider, {
      get: (target, property) => {
        const member = Reflect.get(target, property);
        if (property !== 'query') return typeof member === 'function' ? member.bind(target) : member;
        return async (context: TenantContext, ...rest: [never]) => {
          if (context.kind !== 'tenant' && failures-- > 0) throw new Error('connection lost');
          return target.query(context, ...rest);
        };
      },
    });
    const queue = openQueue({ ...AT_ONCE, relational: moody });
    await queue.forTenant(acme).put('key', 1);
    await vi.waitFor(() => expect(destination.keys).toEqual(['key']), soon);
    expect(destination.errors).toHaveLength(3);
  });

  test('takes over what another had claimed when it died', async () => {
    const lost = openQueue(NEVER);
    await lost.forTenant(acme).put('key', 'orphan');
    await lost.close();
    const claim = (until: string) =>
      database.provider.query(OWNER, {
        text: `update aquifer.write_behind set due_at = now(), claimed_by = gen_random_uuid(), claimed_at = now(),
               claimed_until = now() + $2::interval where queue = $1`,
        values: [name, until],
      });
    await claim('1 hour');
    const heir = new Destination();
    const queue = openQueue({}, heir);
    await queue.flush();
    expect(heir.calls).toBe(0);
    await claim('-1 second');
    await vi.waitFor(() => expect(heir.items).toMatchObject([{ value: 'orphan' }]), soon);
  });

  test('leaves a row to the one who took it over meanwhile', async () => {
    let taken = false;
    const queue = openQueue({
      ...NEVER,
      flush: async () => {
        if (taken) return;
        taken = true;
        await database.provider.query(OWNER, {
          text: `update aquifer.write_behind set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'
                 where queue = $1`,
          values: [name],
        });
      },
    });
    await queue.forTenant(acme).put('key', 1);
    await queue.flush();
    expect(await journal()).toHaveLength(1);
  });
});
