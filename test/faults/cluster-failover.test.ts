import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { TenantContext } from '../../src/relational/context.js';
import { OWNER, SessionPosition } from '../../src/relational/index.js';
import { AcknowledgedWrites, CREATE_WRITES } from '../support/acknowledged-writes.js';
import { eventually, openOn } from '../support/cluster.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

const WRITERS = 16;
const ROUNDS = 3;
/** Milliseconds of writing before each fault, at random up to this. */
const LONGEST_RUN_MS = 2_000;

describe.skipIf(!privateClusterAvailable())('a primary that is lost under 16 writers', () => {
  const start = async (standbys: number) => {
    const cluster = await PrivateCluster.start({ standbys, synchronous: 'FIRST 1 (*)' });
    onTestFinished(() => cluster.stop());
    await cluster.node(0).sql(CREATE_WRITES);
    for (let index = 1; index <= standbys; index++) await cluster.caughtUp(index);
    return cluster;
  };
  const report = (writes: AcknowledgedWrites) =>
    console.log(
      `interrupted for ${writes.longestInterruption()} ms; ${writes.count('acknowledged')} writes acknowledged, ` +
        `${writes.count('rolled back')} rolled back, ${writes.count('unknown')} unknown`,
    );

  test.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
    'is followed by its synchronous standby with every acknowledged write, once (round %i)',
    async () => {
      const cluster = await start(1);
      const writes = new AcknowledgedWrites(await openOn(cluster), WRITERS);
      await writes.acknowledge(WRITERS);
      await wait(Math.random() * LONGEST_RUN_MS);
      await cluster.node(0).kill9();
      await cluster.promote(1);
      await writes.acknowledge(10 * WRITERS);
      await writes.stop();
      report(writes);
      expect(await writes.contradictions(cluster.node(1))).toEqual([]);
      expect(writes.count('unknown')).toBe(0);
      expect(writes.longestInterruption()).toBeLessThan(30_000);
    },
  );

  test('comes back by itself after each of five crashes', async () => {
    const cluster = await start(1);
    const writes = new AcknowledgedWrites(await openOn(cluster), WRITERS);
    for (let crash = 0; crash < 5; crash++) {
      await writes.acknowledge(WRITERS);
      await wait(Math.random() * 500);
      await cluster.node(0).kill9();
      await cluster.node(0).start();
    }
    await writes.acknowledge(WRITERS);
    await writes.stop();
    report(writes);
    expect(await writes.contradictions(cluster.node(0))).toEqual([]);
  });

  test('falls silent and wakes up again after its standby was promoted', async () => {
    const cluster = await start(1);
    const writes = new AcknowledgedWrites(await openOn(cluster), WRITERS);
    await writes.acknowledge(WRITERS);
    await wait(Math.random() * LONGEST_RUN_MS);
    cluster.node(0).freeze();
    await cluster.promote(1);
    await writes.acknowledge(WRITERS);
    cluster.node(0).thaw();
    await writes.acknowledge(10 * WRITERS);
    await writes.stop();
    report(writes);
    expect(await writes.contradictions(cluster.node(1))).toEqual([]);
    expect(writes.count('unknown')).toBe(0);
  });

  test('is followed by one standby after the other', async () => {
    const cluster = await start(2);
    const writes = new AcknowledgedWrites(await openOn(cluster), WRITERS);
    await writes.acknowledge(WRITERS);
    // The one that is not synchronous may lack the last writes: the synchronous one is promoted, as Patroni does.
    const [row] = await cluster
      .node(0)
      .sql<{ name: string }>(
        `select application_name as name from pg_stat_replication where sync_state = 'sync'`,
      );
    const first = cluster.nodes.findIndex(({ name }) => name === row?.name);
    const second = 3 - first;
    await cluster.node(0).kill9();
    await cluster.promote(first);
    await writes.acknowledge(WRITERS);
    await cluster.node(first).until(`select count(*) = 1 from pg_stat_replication where state = 'streaming'`);
    cluster.node(first).configure({ synchronous_standby_names: 'FIRST 1 (*)' });
    await cluster.node(first).sql('select pg_reload_conf()');
    await cluster.node(first).until(`select count(*) = 1 from pg_stat_replication where sync_state = 'sync'`);
    await writes.acknowledge(WRITERS);
    // What was acknowledged before it was synchronous must have come too.
    await cluster.caughtUp(second, first);
    await cluster.node(first).kill9();
    await cluster.promote(second);
    await writes.acknowledge(WRITERS);
    await writes.stop();
    report(writes);
    expect(await writes.contradictions(cluster.node(second))).toEqual([]);
  });
});

describe.skipIf(!privateClusterAvailable())('replicas that stand still again and again', () => {
  test('never give a session less than it wrote, and no other session what is long outdated', async () => {
    const cluster = await PrivateCluster.start({ standbys: 2 });
    onTestFinished(() => cluster.stop());
    await cluster.node(0).sql('create role aquifer_app; create table clock (session int primary key, n int)');
    await cluster
      .node(0)
      .sql('grant all on clock to aquifer_app; insert into clock select generate_series(0, 8), 0');
    for (const standby of [1, 2]) await cluster.caughtUp(standby);
    const provider = await openOn(cluster, { lagThresholdMs: 200 });
    const ports = new Map<number, number>();
    let isOver = false;
    const read = async (context: TenantContext, session: number) => {
      const text = 'select n, inet_server_port() as port from clock where session = $1';
      const { rows } = await provider.query<{ n: number; port: number }>(
        context,
        { name: 'read_clock', text, values: [session] },
        { access: 'read' },
      );
      const { n = -1, port = 0 } = rows[0] ?? {};
      ports.set(port, (ports.get(port) ?? 0) + 1);
      return n;
    };
    /** When each value of the last session was acknowledged. */
    const acknowledged: number[] = [performance.now()];
    const worst = { staleMs: 0 };
    const sessions = Array.from({ length: 8 }, async (_, session) => {
      const context: TenantContext = { kind: 'tenant', tenantId: 'acme', position: new SessionPosition() };
      for (let n = 1; !isOver; n++) {
        const text = 'update clock set n = $2 where session = $1';
        await provider.query(context, { name: 'tick', text, values: [session, n] });
        if (session === 0) acknowledged[n] = performance.now();
        for (let reads = 0; reads < 5; reads++) expect(await read(context, session)).toBe(n);
      }
    });
    const stranger = async () => {
      const context: TenantContext = { kind: 'tenant', tenantId: 'acme' };
      while (!isOver) {
        const asked = performance.now();
        const n = await read(context, 0);
        const replacedAt = acknowledged[n + 1];
        if (replacedAt !== undefined) worst.staleMs = Math.max(worst.staleMs, asked - replacedAt);
      }
    };
    const strangers = [stranger(), stranger()];
    for (let round = 0; round < 8; round++) {
      const standby = cluster.node(1 + (round % 2));
      await standby.pauseReplay();
      await wait(Math.random() * 1_000);
      await standby.resumeReplay();
      await wait(Math.random() * 500);
    }
    isOver = true;
    await Promise.all([...sessions, ...strangers]);
    const names = cluster.nodes.map(({ name, port }) => `${name} ${ports.get(port) ?? 0}`);
    console.log(`reads by server: ${names.join(', ')}; the oldest was ${Math.round(worst.staleMs)} ms old`);
    expect(worst.staleMs).toBeLessThan(200);
    for (const { port } of cluster.nodes) expect(ports.get(port)).toBeGreaterThan(0);
  });

  test('and one that falls silent costs its readers no more than a wait', async () => {
    const cluster = await PrivateCluster.start({ standbys: 2 });
    onTestFinished(() => cluster.stop());
    const provider = await openOn(cluster);
    const port = async () => {
      const text = 'select inet_server_port() as port';
      return (await provider.query<{ port: number }>(OWNER, { text }, { access: 'read' })).rows[0]?.port;
    };
    await eventually('it serves', async () => (await port()) === cluster.node(2).port);
    cluster.node(2).freeze();
    const reads = await Promise.all(Array.from({ length: 8 }, port));
    expect(reads).not.toContain(cluster.node(2).port);
    cluster.node(2).thaw();
    await eventually('it serves again', async () => (await port()) === cluster.node(2).port);
  });
});
