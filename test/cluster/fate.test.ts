import { describe, expect, onTestFinished, test } from 'vitest';
import { OWNER } from '../../src/relational/index.js';
import { CREATE_WRITES } from '../support/acknowledged-writes.js';
import { openOn } from '../support/cluster.js';
import { CuttingProxy, type SeenMessage } from '../support/cutting-proxy.js';
import {
  PrivateCluster,
  type PrivateClusterOptions,
  privateClusterAvailable,
} from '../support/private-cluster.js';

const INSERT = { text: `insert into writes (key, part) values ('x', 0)` };
/** The statement is prepared under a name: only the first time its text is sent. */
const isCommit = ({ type, bytes }: SeenMessage) => type === 'B' && bytes.includes('aquifer_commit\0');
const COUNT = `select count(*)::int as n from writes where key = 'x'`;

describe.skipIf(!privateClusterAvailable())('a commit whose answer is lost together with its primary', () => {
  /** A cluster behind proxies: the first keeps back what answers a COMMIT, the second lets nothing through at first. */
  const start = async (options: PrivateClusterOptions) => {
    const cluster = await PrivateCluster.start(options);
    onTestFinished(() => cluster.stop());
    await cluster.node(0).sql(CREATE_WRITES);
    await cluster.caughtUp(1);
    const proxies = [await proxyBefore(cluster, 0), await proxyBefore(cluster, 1)] as const;
    const urls = [
      cluster.node(0).url('postgres', proxies[0].port),
      cluster.node(1).url('postgres', proxies[1].port),
    ];
    const provider = await openOn(cluster, { urls, failover: { maxLagMs: 3_600_000 } });
    await provider.query(OWNER, { text: 'select 1' });
    return { cluster, proxies, provider };
  };
  const proxyBefore = async (cluster: PrivateCluster, index: number) => {
    const proxy = await CuttingProxy.before(cluster.node(index).port);
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    return proxy;
  };
  /** Resolves once the server has committed so many times, with the answers kept back. */
  const answersKeptBack = (proxy: CuttingProxy, count: number) =>
    new Promise<void>((resolve) => {
      const committing = new Set<number>();
      const kept = new Set<number>();
      proxy.judge = (message) => {
        if (isCommit(message)) committing.add(message.connection);
        if (message.side !== 'backend' || !committing.has(message.connection)) return 'pass';
        kept.add(message.connection);
        if (kept.size === count) resolve();
        return 'stall';
      };
    });
  const failOver = async ({ cluster, proxies }: Awaited<ReturnType<typeof start>>) => {
    proxies[1].judge = () => 'before';
    proxies[1].cutAll();
    await cluster.node(0).kill9();
    await cluster.promote(1);
  };

  test('is known to be done where the new primary has it, and is not done again', async () => {
    const all = await start({ synchronous: 'FIRST 1 (*)' });
    const kept = answersKeptBack(all.proxies[0], 1);
    const write = all.provider.query(OWNER, INSERT);
    await kept;
    await failOver(all);
    all.proxies[1].reset();
    expect(await write).toMatchObject({ affected: 1 });
    expect(await all.cluster.node(1).sql(COUNT)).toEqual([{ n: 1 }]);
  });

  test('is known to be lost where the new primary has given its id to another transaction', async () => {
    const all = await start({});
    await all.cluster.detach(1);
    const kept = answersKeptBack(all.proxies[0], 2);
    const write = all.provider.query(OWNER, INSERT);
    const transaction = all.provider.transaction(OWNER, (tx) => tx.query(INSERT));
    transaction.catch(() => undefined);
    await kept;
    expect(await all.cluster.node(0).sql(COUNT)).toEqual([{ n: 2 }]);
    await failOver(all);
    for (let count = 0; count < 20; count++) {
      await all.cluster.node(1).sql(`insert into writes (key, part) values ('stranger', 0)`);
    }
    all.proxies[1].reset();
    expect(await write).toMatchObject({ affected: 1 });
    await expect(transaction).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST' });
    expect(await all.cluster.node(1).sql(COUNT)).toEqual([{ n: 1 }]);
  });

  test('is known also where one server, itself promoted once, is named twice', async () => {
    const { cluster } = await start({});
    await cluster.node(0).kill9();
    await cluster.promote(1);
    const proxies = [await proxyBefore(cluster, 1), await proxyBefore(cluster, 1)];
    const urls = proxies.map(({ port }) => cluster.node(1).url('postgres', port));
    const provider = await openOn(cluster, { urls });
    let cuts = 0;
    for (const proxy of proxies) {
      const committing = new Set<number>();
      proxy.judge = (message) => {
        if (isCommit(message)) committing.add(message.connection);
        if (message.side !== 'backend' || !committing.has(message.connection) || cuts > 0) return 'pass';
        cuts++;
        return 'before';
      };
    }
    expect(await provider.query(OWNER, INSERT)).toMatchObject({ affected: 1 });
    expect(cuts).toBe(1);
    expect(await cluster.node(1).sql(COUNT)).toEqual([{ n: 1 }]);
  });
});
