import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RelationalCluster } from '../../src/relational/cluster/provider.js';
import type { TenantContext } from '../../src/relational/context.js';
import { OWNER, SessionPosition } from '../../src/relational/index.js';
import { eventually, openOn } from '../support/cluster.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

const READ = { access: 'read' } as const;
const PORT = { text: 'select inet_server_port() as port' };

describe.skipIf(!privateClusterAvailable())('reads of a cluster', () => {
  let cluster: PrivateCluster;
  let provider: RelationalCluster;
  beforeAll(async () => {
    cluster = await PrivateCluster.start({ standbys: 2, settings: { max_standby_streaming_delay: '50ms' } });
    await cluster.node(0).sql(`
      create table notes (id int primary key, text text);
      create role aquifer_app; grant all on notes to aquifer_app;`);
    await cluster.caughtUp(1);
    await cluster.caughtUp(2);
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    provider = await openOn(cluster);
    await replicasServe();
  });

  const port = (index: number) => cluster.node(index).port;
  const readPort = async () => (await provider.query<{ port: number }>(OWNER, PORT, READ)).rows[0]?.port;
  const readPorts = async (count: number) =>
    new Set(await Promise.all(Array.from({ length: count }, readPort)));
  const figures = (index: number) => provider.servers()[index];
  /** The first read wakes the monitor, which was resting. */
  const replicasServe = () =>
    eventually('replicas serve', async () => {
      const seen = await readPorts(4);
      return seen.has(port(1)) && seen.has(port(2)) && !seen.has(port(0));
    });
  const session = (): TenantContext => ({
    kind: 'tenant',
    tenantId: 'acme',
    position: new SessionPosition(),
  });
  const write = (context: TenantContext, id: number) =>
    provider.query(context, { text: 'insert into notes values ($1, $2)', values: [id, 'x'] });
  const countOf = async (context: TenantContext, id: number) => {
    const text = 'select count(*)::int as n, inet_server_port() as port from notes where id = $1';
    const { rows } = await provider.query<{ n: number; port: number }>(context, { text, values: [id] }, READ);
    return rows[0];
  };

  test('tells which server is what, also when replicas are named first', async () => {
    const urls = cluster.nodes.map((node) => node.url()).reverse();
    const other = await openOn(cluster, { urls });
    expect(other.servers().map(({ role, up }) => [role, up])).toEqual([
      ['replica', true],
      ['replica', true],
      ['primary', true],
    ]);
    expect(other.servers()[2]).toMatchObject({
      timeline: 1,
      lsn: expect.any(String),
      checkedAt: expect.any(Date),
    });
    expect(JSON.stringify(other.servers())).not.toContain('postgres@');
  });

  test('go to both replicas, and stay there while the primary is idle for longer than the threshold', async () => {
    const calm = await openOn(cluster, { lagThresholdMs: 500 });
    const portRead = async () => (await calm.query<{ port: number }>(OWNER, PORT, READ)).rows[0]?.port;
    await eventually('replicas serve', async () => (await portRead()) !== port(0));
    const seen = new Set<number | undefined>();
    const until = performance.now() + 1_500;
    while (performance.now() < until) seen.add(await portRead());
    expect(seen).toEqual(new Set([port(1), port(2)]));
  });

  test('and read-only transactions too; serializable ones and writes go to the primary', async () => {
    const of = (options: object) =>
      provider.transaction(OWNER, async (tx) => (await tx.query(PORT.text)).rows[0]?.port, options);
    expect([port(1), port(2)]).toContain(await of(READ));
    expect(await of({ access: 'read', isolation: 'serializable' })).toBe(port(0));
    expect(await of({})).toBe(port(0));
    await expect(provider.query(OWNER, { text: 'create table t ()' }, READ)).rejects.toMatchObject({
      code: 'AQF_READ_ONLY',
    });
  });

  test('see what their session wrote before, and use replicas again once these have it', async () => {
    const context = session();
    for (let id = 0; id < 50; id++) {
      await write(context, id);
      expect(await countOf(context, id)).toMatchObject({ n: 1 });
    }
    await eventually(
      'a replica serves the session',
      async () => (await countOf(context, 1))?.port !== port(0),
    );
  });

  test('of a session that wrote never go to a replica that stands still; those of others leave it in time', async () => {
    const context = session();
    await cluster.node(1).pauseReplay();
    await cluster.node(2).pauseReplay();
    await write(context, 1_000);
    const paused = performance.now();
    expect(await countOf(context, 1_000)).toEqual({ n: 1, port: port(0) });
    await eventually('others go to the primary', async () => (await readPort()) === port(0));
    expect(performance.now() - paused).toBeLessThan(1_000);
    expect(figures(1)?.lagMs).toBeGreaterThan(100);
    for (let count = 0; count < 20; count++) expect(await readPort()).toBe(port(0));
    expect(await countOf(context, 1_000)).toEqual({ n: 1, port: port(0) });
    await cluster.node(1).resumeReplay();
    await cluster.node(2).resumeReplay();
    await replicasServe();
    expect((await countOf(context, 1_000))?.n).toBe(1);
  });

  test('a position is carried as a token from process to process', async () => {
    await cluster.node(1).pauseReplay();
    await cluster.node(2).pauseReplay();
    const writer = session();
    await write(writer, 2_000);
    const other = await openOn(cluster);
    const context = { ...writer, position: new SessionPosition(writer.position?.token) };
    const text = 'select count(*)::int as n from notes where id = 2000';
    expect((await other.query(context, { text }, READ)).rows).toEqual([{ n: 1 }]);
    await cluster.node(1).resumeReplay();
    await cluster.node(2).resumeReplay();
  });

  test('are repeated elsewhere when their replica cancels them for what it has to replay', async () => {
    const slow = provider.transaction(
      OWNER,
      async (tx) => {
        const first = await tx.query('select count(*)::int as n, inet_server_port() as port from notes');
        if (first.rows[0]?.port !== port(0)) {
          await provider.query(OWNER, { text: 'delete from notes where id < 10' });
          await cluster.node(0).sql('vacuum notes');
          await tx.query('select pg_sleep(1)');
        }
        return (await tx.query('select count(*)::int as n from notes')).rows;
      },
      { access: 'read', isolation: 'repeatable read' },
    );
    expect(await slow).toEqual([{ n: expect.any(Number) }]);
  });

  test('notice nothing of a replica that is killed, and use it again when it is back', async () => {
    let isOver = false;
    const readers = Array.from({ length: 8 }, async () => {
      let count = 0;
      while (!isOver) {
        await provider.query(OWNER, { text: 'select count(*) from notes, pg_sleep(0.005)' }, READ);
        count++;
      }
      return count;
    });
    await cluster.node(1).kill9();
    await eventually('it is seen as down', () => figures(1)?.up === false);
    await cluster.node(1).start();
    await replicasServe();
    isOver = true;
    for (const count of await Promise.all(readers)) expect(count).toBeGreaterThan(0);
  });
});

test('servers that are not there are an error at once, without a password in it', async () => {
  const { openCluster } = await import('../../src/relational/cluster/provider.js');
  const urls = ['postgres://app:hunter2@127.0.0.1:1/app', 'postgres://app:hunter2@127.0.0.1:2/app'];
  const pool = { min: 0, max: 1, idleTimeoutMs: 1000, acquireTimeoutMs: 1000 };
  const error = await openCluster({ urls, pool }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'AQF_DATABASE_UNAVAILABLE',
    message: expect.stringContaining('127.0.0.1:2'),
  });
  expect(JSON.stringify(error)).not.toContain('hunter2');
});
