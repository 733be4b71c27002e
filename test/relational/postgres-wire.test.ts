import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { migrate, OWNER, SessionPosition, type TenantContext } from '../../src/relational/index.js';
import { openPostgresNode, type PostgresNode } from '../../src/relational/postgres/provider.js';
import { serviceAvailable } from '../services/services.js';
import { CuttingProxy, type SeenMessage } from '../support/cutting-proxy.js';
import { createTestDatabase, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = await serviceAvailable('postgres');
const ACME: TenantContext = { kind: 'tenant', tenantId: 'acme' };
const TENANT = { name: 'tenant', text: 'select aquifer.current_tenant() as tenant' };

describe.skipIf(!available)('what goes over the wire to PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: CuttingProxy;
  const nodes: PostgresNode[] = [];
  const opened = (options: { max?: number } = {}) => {
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const node = openPostgresNode({ url: url.href, pool: { ...TEST_POOL, max: options.max ?? 1 } });
    nodes.push(node);
    return node;
  };
  const spied = () => {
    const seen: SeenMessage[] = [];
    proxy.judge = (message) => {
      seen.push(message);
      return 'pass';
    };
    return (side: SeenMessage['side']) =>
      seen
        .filter((message) => message.side === side)
        .map(({ type }) => type)
        .join('');
  };
  /** Cuts the connection at the first message of the client that matches. */
  const cutAt = (verdict: 'before' | 'after', matches: (message: SeenMessage) => boolean) => {
    let armed = true;
    proxy.judge = (message) => {
      if (!armed || message.side !== 'frontend' || !matches(message)) return 'pass';
      armed = false;
      return verdict;
    };
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await CuttingProxy.before(Number(new URL(database.url).port));
    const node = opened();
    await migrate(node);
    await node.query(OWNER, { text: 'create table public.notes (id text primary key)' });
    await node.query(OWNER, { text: 'grant all on public.notes to aquifer_app' });
  });
  afterEach(async () => {
    proxy.reset();
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await database.drop();
  });

  test('a scoped statement that is known is one write, one round trip and no BEGIN', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    const types = spied();
    expect((await node.query(ACME, TENANT)).rows).toEqual([{ tenant: 'acme' }]);
    // Bind Execute (enter), Bind Execute (statement), Sync: its columns were told when it was prepared
    expect(types('frontend')).toBe('BEBES');
    expect(types('backend')).toBe('2C2DCZ');
  });

  test('a statement whose columns changed fails once and then answers with the new ones', async () => {
    const node = opened();
    await node.query(OWNER, { text: 'create table public.changing (value integer)' });
    await node.query(OWNER, { text: 'insert into public.changing values (7)' });
    const all = { name: 'changing', text: 'select * from public.changing' };
    expect((await node.query(OWNER, all)).rows).toEqual([{ value: 7 }]);
    expect((await node.query(OWNER, all)).rows).toEqual([{ value: 7 }]);
    await node.query(OWNER, {
      text: `alter table public.changing alter value type text, add more text default 'more'`,
    });
    await expect(node.query(OWNER, all)).rejects.toMatchObject({ facts: { sqlstate: '0A000' } });
    expect((await node.query(OWNER, all)).rows).toEqual([{ value: '7', more: 'more' }]);
    expect((await node.query(OWNER, all)).rows).toEqual([{ value: '7', more: 'more' }]);
  });

  test('a statement gives rows as objects and as arrays, whichever way its columns were told', async () => {
    const node = opened();
    const moment = { name: 'moment', text: `select timestamptz '2026-01-02 03:04:05+00' as at, 1 as one` };
    const object = { at: new Date('2026-01-02T03:04:05Z'), one: 1 };
    for (let time = 0; time < 2; time++) {
      expect((await node.query(ACME, moment)).rows).toEqual([object]);
      const { rows, fields } = await node.queryRaw(ACME, moment);
      expect(rows).toEqual([['2026-01-02 03:04:05+00', 1]]);
      expect(fields.map(({ name }) => name)).toEqual(['at', 'one']);
    }
  });

  test('a transaction sends its BEGIN, its context and its first statement together', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    const types = spied();
    await node.transaction(ACME, (tx) => tx.query(TENANT));
    const [first, second, rest] = types('frontend').split('S');
    expect(first).toBe('PBEBEBE');
    expect(second).toMatch(/^C?P?BDE$/);
    expect(rest).toBe('');
  });

  test('a transaction that sends nothing costs nothing', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    const types = spied();
    expect(await node.transaction(ACME, async () => 7)).toBe(7);
    expect(types('frontend')).toBe('');
  });

  test('with one connection, 64 callers do not wait for each other’s answers, and get their own', async () => {
    const node = opened();
    let unanswered = 0;
    let most = 0;
    proxy.judge = ({ side, type }) => {
      if (side === 'frontend' && type === 'S') most = Math.max(most, ++unanswered);
      if (side === 'backend' && type === 'Z') unanswered--;
      return 'pass';
    };
    const callers = Array.from({ length: 64 }, (_, index) => ({
      kind: 'tenant' as const,
      tenantId: `t${index}`,
    }));
    const answers = await Promise.all(callers.map((context) => node.query(context, TENANT)));
    expect(answers.map(({ rows }) => rows[0]?.tenant)).toEqual(callers.map(({ tenantId }) => tenantId));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
    expect(node.pool()).toMatchObject({ total: 1, max: 1 });
  });

  test('a statement that fails among others on its connection fails alone, known or not', async () => {
    const node = opened();
    const broken = { name: 'broken', text: 'select * from nowhere' };
    const odd = { name: 'divide', text: 'select 6 / $1::int as part' };
    const answers = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        index % 3 === 0 ? node.query(ACME, broken) : node.query(ACME, { ...odd, values: [index % 2] }),
      ),
    );
    answers.forEach((answer, index) => {
      if (index % 3 === 0) expect(answer).toMatchObject({ reason: { facts: { sqlstate: '42P01' } } });
      else if (index % 2 === 0) expect(answer).toMatchObject({ reason: { facts: { sqlstate: '22012' } } });
      else expect(answer).toMatchObject({ value: { rows: [{ part: 6 }] } });
    });
  });

  test('a context that cannot be entered fails its statement, which does not run, and harms no name', async () => {
    const node = opened();
    const insert = { name: 'insert', text: 'insert into public.notes values ($1)', values: ['forged'] };
    const impossible = { ...ACME, actorId: 'a\u0000b' };
    const both = [node.query(impossible, insert), node.query(ACME, { ...insert, values: ['fine'] })];
    const [refused, done] = await Promise.allSettled(both);
    expect(refused).toMatchObject({ reason: { code: 'AQF_VALUE_INVALID' } });
    expect(done).toMatchObject({ value: { affected: 1 } });
    await expect(node.transaction(impossible, (tx) => tx.query(insert))).rejects.toMatchObject({
      code: 'AQF_VALUE_INVALID',
    });
    expect((await node.query(ACME, { text: 'select id from public.notes' })).rows).toEqual([{ id: 'fine' }]);
  });

  test('prepared statements that someone deallocated are prepared again', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    await node.query(OWNER, { text: 'deallocate all' });
    expect((await node.query(ACME, TENANT)).rows).toEqual([{ tenant: 'acme' }]);
  });

  test('a write whose connection breaks before the answer may or may not be there, and is not sent again', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    cutAt('after', ({ type }) => type === 'S');
    const insert = { text: 'insert into public.notes values ($1)', values: ['unknown'] };
    await expect(node.query(ACME, insert)).rejects.toMatchObject({
      name: 'CommitUnknownError',
      code: 'AQF_COMMIT_UNKNOWN',
    });
    const { rows } = await node.query(ACME, {
      text: `select count(*)::int as n from public.notes where id = 'unknown'`,
    });
    expect([0, 1]).toContain(rows[0]?.n);
  });

  test('a read whose connection breaks is lost and nothing worse', async () => {
    const node = opened();
    await node.query(ACME, TENANT);
    cutAt('after', ({ type }) => type === 'S');
    await expect(node.query(ACME, TENANT, { access: 'read' })).rejects.toMatchObject({
      name: 'ConnectionLostError',
      code: 'AQF_CONNECTION_LOST',
      status: 503,
    });
    expect((await node.query(ACME, TENANT)).rows).toEqual([{ tenant: 'acme' }]);
  });

  test('a transaction whose connection breaks before COMMIT is rolled back; at COMMIT its fate is unknown', async () => {
    const node = opened();
    const insert = (id: string) =>
      node.transaction(ACME, (tx) => tx.query('insert into public.notes values ($1)', [id]));
    await insert('prepares commit');
    cutAt('before', ({ type, bytes }) => type === 'B' && bytes.includes('lost'));
    await expect(insert('lost')).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST' });
    const isCommit = ({ bytes }: SeenMessage) => /commit/i.test(bytes.toString('latin1'));
    cutAt('before', isCommit);
    await expect(insert('cut')).rejects.toMatchObject({ code: 'AQF_COMMIT_UNKNOWN' });
    const { rows } = await node.query(ACME, {
      text: `select id from public.notes where id in ('lost', 'cut')`,
    });
    expect(rows).toEqual([]);
  });

  test('a statement that the server gave up to end the connection is rolled back, and known to be', async () => {
    const node = opened();
    const suicide = { text: 'select pg_terminate_backend(pg_backend_pid())' };
    await expect(node.query(OWNER, suicide)).rejects.toMatchObject({
      code: 'AQF_CONNECTION_LOST',
      facts: { sqlstate: '57P01' },
    });
    expect(await node.isAvailable()).toBe(true);
  });

  test('a session that wants to read its own writes learns how far the log goes with each commit', async () => {
    const node = opened();
    const position = new SessionPosition();
    const context = { ...ACME, position };
    await node.query(context, TENANT, { access: 'read' });
    expect(position.lsn).toBeUndefined();
    const insert = (id: string) => ({ text: 'insert into public.notes values ($1)', values: [id] });
    await node.query(context, insert('first position'));
    const first = position.lsn ?? 0n;
    expect(first).toBeGreaterThan(0n);
    await node.transaction(context, (tx) => tx.query(insert('second position')));
    expect(position.lsn).toBeGreaterThan(first);
  });
});
