import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OWNER } from '../../src/relational/index.js';
import {
  openPostgresNode,
  type PostgresNode,
  type PostgresOptions,
} from '../../src/relational/postgres/provider.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = await serviceAvailable('postgres');
const ONE = { text: 'select 1 as n' };
const PID = { text: 'select pg_backend_pid() as pid' };

/** A promise with its ends in hand. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe.skipIf(!available)('the pool of connections to PostgreSQL', () => {
  let database: TestDatabase;
  const nodes: PostgresNode[] = [];
  const opened = (pool: Partial<PostgresOptions['pool']> = {}, options: Partial<PostgresOptions> = {}) => {
    const node = openPostgresNode({ url: database.url, pool: { ...TEST_POOL, max: 1, ...pool }, ...options });
    nodes.push(node);
    return node;
  };
  /** Holds the only connection until it is let go. */
  const occupied = async (node: PostgresNode) => {
    const { passed, open } = gate();
    const started = gate();
    const held = node.transaction(OWNER, async (tx) => {
      await tx.query('select 1');
      started.open();
      await passed;
    });
    await started.passed;
    return async () => {
      open();
      await held;
    };
  };

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  afterAll(() => database.drop());

  test('opens nothing before it is used, and never more than its maximum', async () => {
    const node = opened({ max: 3 });
    expect(node.pool()).toEqual({ total: 0, idle: 0, waiting: 0, max: 3 });
    const pids = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 ? node.query(OWNER, PID) : node.transaction(OWNER, (tx) => tx.query(PID)),
      ),
    );
    expect(new Set(pids.map(({ rows }) => rows[0]?.pid)).size).toBeLessThanOrEqual(3);
    expect(node.pool()).toMatchObject({ total: 3, idle: 3, waiting: 0 });
  });

  test('refuses a caller whose wait for a connection took too long, and says which limit it was', async () => {
    const node = opened({ acquireTimeoutMs: 100 });
    const release = await occupied(node);
    for (const waiting of [node.query(OWNER, ONE), node.transaction(OWNER, (tx) => tx.query(ONE))]) {
      await expect(waiting).rejects.toMatchObject({
        code: 'AQF_POOL_EXHAUSTED',
        facts: { reason: 'acquire-timeout', acquireTimeoutMs: 100 },
      });
    }
    await release();
    expect((await node.query(OWNER, ONE)).rows).toEqual([{ n: 1 }]);
  });

  test('refuses a caller at once when as many wait as may, and serves those in turn', async () => {
    const node = opened({ queueLimit: 2 });
    const release = await occupied(node);
    const waiting = [node.query(OWNER, ONE), node.transaction(OWNER, (tx) => tx.query(ONE))];
    expect(node.pool()).toEqual({ total: 1, idle: 0, waiting: 2, max: 1 });
    await expect(node.query(OWNER, ONE)).rejects.toMatchObject({
      code: 'AQF_POOL_EXHAUSTED',
      facts: { reason: 'queue-full', queueLimit: 2 },
    });
    await release();
    expect((await Promise.all(waiting)).map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 1 }]]);
  });

  test('a transaction gets its turn among statements that never cease', async () => {
    const node = opened();
    let isDone = false;
    const streams = Array.from({ length: 32 }, async () => {
      while (!isDone) await node.query(OWNER, ONE);
    });
    const order = await node.transaction(OWNER, async (tx) => (await tx.query(ONE)).rows);
    isDone = true;
    await Promise.all(streams);
    expect(order).toEqual([{ n: 1 }]);
  });

  test('statements do not run within a transaction that is under way on the only connection', async () => {
    const node = opened();
    await node.query(OWNER, { text: 'create table public.alone (id int)' });
    const outside: Promise<unknown>[] = [];
    await expect(
      node.transaction(OWNER, async (tx) => {
        await tx.query('insert into public.alone values (1)');
        outside.push(node.query(OWNER, { text: 'insert into public.alone values (2)' }));
        await tx.query('insert into public.alone values (3)');
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await Promise.all(outside);
    expect((await node.query(OWNER, { text: 'select id from public.alone' })).rows).toEqual([{ id: 2 }]);
  });

  test('a connection that broke serves no one again', async () => {
    const node = opened();
    const other = opened();
    const [before] = (await node.query(OWNER, PID)).rows;
    await other.query(OWNER, { text: 'select pg_terminate_backend($1, 5000)', values: [before?.pid] });
    const [after] = (await node.query(OWNER, PID).catch(() => node.query(OWNER, PID))).rows;
    expect(after?.pid).not.toBe(before?.pid);
    expect(node.pool()).toMatchObject({ total: 1 });
  });

  test('an idle connection above the minimum is closed after its time', async () => {
    const node = opened({ max: 2, min: 1, idleTimeoutMs: 50 });
    await Promise.all([1, 2].map(() => node.transaction(OWNER, (tx) => tx.query('select pg_sleep(0.05)'))));
    expect(node.pool()).toMatchObject({ total: 2 });
    await expect.poll(() => node.pool().total, { timeout: 5_000 }).toBe(1);
  });

  test('who waits when the pool is closed is refused; who works may finish', async () => {
    const node = opened();
    const release = await occupied(node);
    const waiting = node.query(OWNER, ONE);
    const closing = node.close();
    await expect(waiting).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    await release();
    await closing;
    expect(node.pool()).toMatchObject({ total: 0, waiting: 0 });
  });

  test('a server that refuses connections is unavailable, for each who asks', async () => {
    const node = openPostgresNode({
      url: 'postgres://app:hunter2@127.0.0.1:1/app',
      pool: { ...TEST_POOL, max: 1 },
    });
    nodes.push(node);
    const asking = Array.from({ length: 5 }, () => node.query(OWNER, ONE));
    for (const answer of await Promise.allSettled(asking)) {
      expect(answer).toMatchObject({ reason: { code: 'AQF_DATABASE_UNAVAILABLE' } });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    expect(await node.health()).toMatchObject({ status: 'down' });
    await expect(node.exclusively('x', async () => undefined)).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
    });
    await expect(node.listen('x', () => undefined)).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
    });
  });
});

describe.skipIf(!available)('timeouts and conflicts on PostgreSQL', () => {
  let database: TestDatabase;
  let node: PostgresNode;
  beforeAll(async () => {
    database = await createTestDatabase();
    node = openPostgresNode({
      url: database.url,
      pool: TEST_POOL,
      statementTimeoutMs: 200,
      idleInTransactionTimeoutMs: 200,
    });
    await node.transaction(OWNER, (tx) =>
      tx.execute(`create table public.seats (id int primary key, taken int not null);
                  insert into public.seats values (1, 0), (2, 0)`),
    );
  });
  afterAll(async () => {
    await node.close();
    await database.drop();
  });

  test('a statement that takes too long is cancelled, alone and in a transaction', async () => {
    const timeout = { name: 'StatementTimeoutError', code: 'AQF_STATEMENT_TIMEOUT' };
    const slow = { text: 'select pg_sleep(5)' };
    await expect(node.query(OWNER, slow)).rejects.toMatchObject(timeout);
    await expect(node.transaction(OWNER, (tx) => tx.query(slow))).rejects.toMatchObject(timeout);
  });

  test('a transaction that sends nothing for too long is ended, and says why', async () => {
    const { passed, open } = gate();
    const idle = node.transaction(OWNER, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>(PID);
      const watch = setInterval(async () => {
        const text = 'select 1 from pg_stat_activity where pid = $1';
        if ((await node.query(OWNER, { text, values: [rows[0]?.pid] })).rows.length === 0) open();
      }, 20);
      await passed;
      clearInterval(watch);
      await tx.query('select 1');
    });
    await expect(idle).rejects.toMatchObject({ code: 'AQF_STATEMENT_TIMEOUT', facts: { sqlstate: '25P03' } });
  });

  /** Two transactions that both have read before either writes. */
  const collide = async (retries: number) => {
    const both = gate();
    let readers = 0;
    const take = (id: number, other: number) =>
      node.transaction(
        OWNER,
        async (tx) => {
          await tx.query('select taken from public.seats where id = $1', [other]);
          if (++readers >= 2) both.open();
          await both.passed;
          await tx.query('update public.seats set taken = taken + 1 where id = $1', [id]);
        },
        { isolation: 'serializable', retries },
      );
    return Promise.allSettled([take(1, 2), take(2, 1)]);
  };

  test('of two transactions that contradict each other one fails, and with retries both succeed', async () => {
    const outcomes = await collide(0);
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toMatchObject([
      { reason: { name: 'SerializationFailureError', code: 'AQF_SERIALIZATION_FAILURE' } },
    ]);
    expect((await collide(5)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });

  test('of two transactions that wait for each other one is told of the deadlock', async () => {
    const both = gate();
    let holders = 0;
    const lock = (first: number, second: number) =>
      node.transaction(OWNER, async (tx) => {
        await tx.execute('set local statement_timeout = 0; set local deadlock_timeout = 10');
        await tx.query('select 1 from public.seats where id = $1 for update', [first]);
        if (++holders === 2) both.open();
        await both.passed;
        await tx.query('select 1 from public.seats where id = $1 for update', [second]);
      });
    const failed = (await Promise.allSettled([lock(1, 2), lock(2, 1)])).filter(
      ({ status }) => status === 'rejected',
    );
    expect(failed).toMatchObject([{ reason: { name: 'DeadlockError', code: 'AQF_DEADLOCK' } }]);
  });
});

describe.skipIf(!available)('work under a name, and hints, on PostgreSQL', () => {
  let database: TestDatabase;
  let node: PostgresNode;
  let other: PostgresNode;
  const LOCKERS = `select pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
  beforeAll(async () => {
    database = await createTestDatabase();
    const options = { url: database.url, pool: { ...TEST_POOL, max: 2 }, statementTimeoutMs: 2_000 };
    node = openPostgresNode(options);
    other = openPostgresNode(options);
  });
  afterAll(async () => {
    await Promise.all([node.close(), other.close()]);
    await database.drop();
  });

  test('is refused to another process, and told when its lock is lost', async () => {
    const { passed, open } = gate();
    let isAborted: boolean | undefined;
    const first = node.exclusively('job', async (signal) => {
      open();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      isAborted = signal.aborted;
    });
    await passed;
    expect(await other.exclusively('job', async () => undefined)).toBe(false);
    await other.query(OWNER, { text: `select pg_terminate_backend(pid, 5000) from (${LOCKERS}) as lockers` });
    expect(await first).toBe(true);
    expect(isAborted).toBe(true);
    expect(await other.exclusively('job', async () => undefined)).toBe(true);
  });

  test('holds no connection of the pool and no snapshot', async () => {
    await node.exclusively('long', async () => {
      expect(node.pool()).toMatchObject({ total: node.pool().idle, waiting: 0 });
      const text = `select backend_xmin::text as xmin from pg_stat_activity where pid in (${LOCKERS})`;
      expect((await other.query(OWNER, { text })).rows).toEqual([{ xmin: null }]);
    });
  });

  test('is told by an abort when the database is closed', async () => {
    const closing = openPostgresNode({ url: database.url, pool: TEST_POOL });
    const { passed, open } = gate();
    const work = closing.exclusively('closing', async (signal) => {
      open();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await passed;
    await closing.close();
    expect(await work).toBe(true);
    await expect(closing.exclusively('closing', async () => undefined)).rejects.toMatchObject({
      code: 'AQF_LAYER_CLOSED',
    });
  });

  test('a listener whose connection broke hears again, and is given a hint for what it may have missed', async () => {
    const heard: string[] = [];
    const stop = await node.listen('News of "today"', (payload) => heard.push(payload));
    const notify = (payload: string) =>
      other.query(OWNER, { text: 'select pg_notify($1, $2)', values: ['News of "today"', payload] });
    await notify('one');
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['one']);
    await other.query(OWNER, {
      text: `select pg_terminate_backend(pid, 5000) from pg_stat_activity
             where datname = current_database() and query ilike 'listen%'`,
    });
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['one', '']);
    await notify('two');
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['one', '', 'two']);
    await stop?.();
  });
});
