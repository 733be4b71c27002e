import { describe, expect, onTestFinished, test } from 'vitest';
import { isAquiferError } from '../../src/errors/index.js';
import type { TenantContext } from '../../src/relational/context.js';
import { OWNER, SessionPosition } from '../../src/relational/index.js';
import { AcknowledgedWrites, CREATE_WRITES } from '../support/acknowledged-writes.js';
import { eventually, openOn } from '../support/cluster.js';
import {
  PrivateCluster,
  type PrivateClusterOptions,
  privateClusterAvailable,
} from '../support/private-cluster.js';

const INSERT = { text: `insert into writes (key, part) values ('x', 0)` };

describe.skipIf(!privateClusterAvailable())('failover of a cluster', () => {
  const start = async (options?: PrivateClusterOptions) => {
    const cluster = await PrivateCluster.start(options);
    onTestFinished(() => cluster.stop());
    await cluster.node(0).sql(CREATE_WRITES);
    await cluster.caughtUp(1);
    return cluster;
  };
  const session = (): TenantContext => ({
    kind: 'tenant',
    tenantId: 'acme',
    position: new SessionPosition(),
  });
  const portOf = { text: 'select inet_server_port() as port' };

  test('keeps every acknowledged write, once, when the primary is killed and a synchronous standby promoted', async () => {
    const cluster = await start({ synchronous: 'FIRST 1 (*)' });
    const provider = await openOn(cluster);
    const writes = new AcknowledgedWrites(provider, 8);
    await writes.acknowledge(100);
    await cluster.node(0).kill9();
    await cluster.promote(1);
    await writes.acknowledge(100);
    await writes.stop();
    console.log(
      `interrupted for ${writes.longestInterruption()} ms; ${writes.count('acknowledged')} acknowledged`,
    );
    expect(await writes.contradictions(cluster.node(1))).toEqual([]);
    expect(writes.count('unknown')).toBe(0);
    expect(provider.servers()[1]).toMatchObject({ role: 'primary', up: true, timeline: 2 });
  });

  test('never goes back to a former primary that comes up again', async () => {
    const cluster = await start();
    const provider = await openOn(cluster);
    await provider.query(session(), INSERT);
    await cluster.caughtUp(1);
    await cluster.node(0).kill9();
    await cluster.promote(1);
    await provider.query(OWNER, INSERT);
    await cluster.node(0).start();
    await eventually('the former primary is seen', () => provider.servers()[0]?.role === 'outdated');
    for (let count = 0; count < 20; count++) {
      const { rows } = await provider.query(OWNER, portOf, { access: count % 2 ? 'read' : 'write' });
      expect(rows).toEqual([{ port: cluster.node(1).port }]);
    }
    const late = await openOn(cluster);
    expect(late.servers().map(({ role }) => role)).toEqual(['outdated', 'primary']);
  });

  test('refuses a new primary that lacks more than maxLagMs of what was committed, and says so', async () => {
    const cluster = await start();
    const strict = await openOn(cluster, { failover: { timeoutMs: 2_000, maxLagMs: 200 } });
    const lenient = await openOn(cluster, { failover: { maxLagMs: 60_000 } });
    await strict.query(session(), INSERT);
    await cluster.caughtUp(1);
    await cluster.detach(1);
    const detached = performance.now();
    while (performance.now() - detached < 500) await strict.query(session(), INSERT);
    await cluster.node(0).kill9();
    await cluster.promote(1);
    await expect(strict.query(session(), INSERT)).rejects.toMatchObject({ code: 'AQF_FAILOVER_REFUSED' });
    // Once it has waited for that long, it does not wait again.
    const began = performance.now();
    await expect(strict.query(session(), INSERT)).rejects.toMatchObject({ code: 'AQF_FAILOVER_REFUSED' });
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(strict.servers()[1]?.role).toBe('lagging');
    expect(await lenient.query(session(), INSERT)).toMatchObject({ affected: 1 });
    await cluster.node(0).start();
    await eventually('the former primary serves again', () => strict.isAvailable());
    expect(await strict.query(session(), INSERT)).toMatchObject({ affected: 1 });
  });

  test('believes no position that a client made up', async () => {
    const cluster = await start();
    const provider = await openOn(cluster, { failover: { timeoutMs: 10_000 } });
    const forged: TenantContext = { ...session(), position: new SessionPosition('FFFFFFF0/0') };
    await provider.query(forged, INSERT);
    expect(await provider.query(forged, { text: 'select 1 as one' }, { access: 'read' })).toMatchObject({
      affected: 1,
    });
    await cluster.caughtUp(1);
    await cluster.node(0).kill9();
    await cluster.promote(1);
    expect(await provider.query(session(), INSERT)).toMatchObject({ affected: 1 });
  });

  test('lets reads go on without a primary, and tells writers in time which servers it has asked', async () => {
    const cluster = await start();
    // On a busy machine a look at the replica may be older than the usual threshold when the primary is lost.
    const provider = await openOn(cluster, { lagThresholdMs: 5_000, failover: { timeoutMs: 300 } });
    const port = async () => (await provider.query(OWNER, portOf, { access: 'read' })).rows[0]?.port;
    await eventually('the replica serves', async () => (await port()) === cluster.node(1).port);
    await cluster.node(0).kill9();
    await eventually('the loss is noticed', () => provider.servers()[0]?.up === false);
    // What was sent on a connection that is not known to be dead yet is told otherwise, once.
    await eventually('writers are told', async () => {
      const error = await provider.query(OWNER, INSERT).catch((caught: unknown) => caught);
      const told = `127.0.0.1:${cluster.node(1).port}: replica`;
      return isAquiferError(error, 'AQF_DATABASE_UNAVAILABLE') && error.message.includes(told);
    });
    expect(await provider.health()).toMatchObject({ status: 'down' });
    for (let count = 0; count < 20; count++) expect(await port()).toBe(cluster.node(1).port);
  });

  test('moves locks and subscriptions to the new primary: a signal ends the work, a hint stands for what was missed', async () => {
    const cluster = await start();
    const [one, two] = [await openOn(cluster), await openOn(cluster)];
    let signal: AbortSignal | undefined;
    const held = one.exclusively('relay', (lost) => {
      signal = lost;
      return new Promise((resolve) => lost.addEventListener('abort', () => resolve(), { once: true }));
    });
    const heard: string[] = [];
    const stop = await one.listen('changes', (payload) => heard.push(payload));
    await one.query(OWNER, { text: `select pg_notify('changes', 'before')` });
    await eventually('the first is heard', () => heard.includes('before'));
    await eventually('the work has begun', () => signal !== undefined);
    expect(await two.exclusively('relay', async () => undefined)).toBe(false);

    await cluster.node(0).kill9();
    await held;
    expect(signal?.aborted).toBe(true);
    await cluster.promote(1);
    expect(await two.exclusively('relay', async () => undefined)).toBe(true);
    await eventually('the hint is heard', () => heard.includes(''));
    await one.query(OWNER, { text: `select pg_notify('changes', 'after')` });
    await eventually('the last is heard', () => heard.includes('after'));
    await stop?.();
  });
});
