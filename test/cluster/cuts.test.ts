import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openCluster } from '../../src/relational/cluster/provider.js';
import { OWNER } from '../../src/relational/index.js';
import { CREATE_WRITES } from '../support/acknowledged-writes.js';
import { REPEATED_TRANSACTION, SINGLE_STATEMENT, TRANSACTION, walkCuts } from '../support/cut-cases.js';
import type { CutPoint } from '../support/cut-walk.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

/** Every third point, and the last of each side, where the commit is; test/faults walks all of them. */
function some(points: CutPoint[]): CutPoint[] {
  const last = (side: string) => points.filter((point) => point.side === side).slice(-6);
  return points.filter((point, index) => index % 3 === 0 || last(point.side).includes(point));
}

describe.skipIf(!privateClusterAvailable())('a connection that is cut', () => {
  let cluster: PrivateCluster;
  let proxy: CuttingProxy;
  beforeAll(async () => {
    cluster = await PrivateCluster.start({ standbys: 0 });
    await cluster.node(0).sql(CREATE_WRITES);
    proxy = await CuttingProxy.before(cluster.node(0).port);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await cluster.stop();
  });

  test.each([SINGLE_STATEMENT, REPEATED_TRANSACTION])(
    'during $name is not noticed: done, and done once',
    async (kind) => {
      const results = await walkCuts(proxy, cluster.node(0), kind, some);
      expect(results.filter(({ outcome, rows }) => outcome !== 'acknowledged' || rows !== kind.rows)).toEqual(
        [],
      );
      expect(results.length).toBeGreaterThan(10);
    },
  );

  test('during a transaction that may not be repeated is a rollback that is told, or a commit', async () => {
    const results = await walkCuts(proxy, cluster.node(0), TRANSACTION, some);
    const isRight = { acknowledged: TRANSACTION.rows, 'rolled back': 0, unknown: -1 };
    expect(results.filter(({ outcome, rows }) => rows !== isRight[outcome])).toEqual([]);
    for (const outcome of ['acknowledged', 'rolled back']) {
      expect(results.some((result) => result.outcome === outcome)).toBe(true);
    }
  });

  test('each time by the statement itself is not tried for ever', async () => {
    const pool = { min: 0, max: 1, idleTimeoutMs: 30_000, acquireTimeoutMs: 10_000 };
    const provider = await openCluster({ urls: [cluster.node(0).url()], pool });
    onTestFinished(() => provider.close());
    await cluster.node(0).sql('create sequence tried');
    const text = `select nextval('tried'), pg_terminate_backend(pg_backend_pid()), pg_sleep(1)`;
    await expect(provider.query(OWNER, { text })).rejects.toMatchObject({ code: 'AQF_CONNECTION_LOST' });
    expect(await cluster.node(0).sql('select last_value::int as n from tried')).toEqual([{ n: 3 }]);
  });
});
