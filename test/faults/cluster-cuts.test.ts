import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CREATE_WRITES } from '../support/acknowledged-writes.js';
import {
  type CutCase,
  type CutResult,
  REPEATED_TRANSACTION,
  SINGLE_STATEMENT,
  TRANSACTION,
  walkCuts,
} from '../support/cut-cases.js';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

describe.skipIf(!privateClusterAvailable())('a connection that is cut at every point', () => {
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

  const walk = async (kind: CutCase) => {
    const results = await walkCuts(proxy, cluster.node(0), kind);
    const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
    console.log(
      `${kind.name}: ${results.length} points, ${count('acknowledged')} acknowledged, ` +
        `${count('rolled back')} rolled back, ${count('unknown')} unknown`,
    );
    return results;
  };
  const wrong = (results: CutResult[], rows: number) => {
    const isRight = { acknowledged: rows, 'rolled back': 0, unknown: -1 };
    return results.filter((result) => result.rows !== isRight[result.outcome]);
  };

  test.each([SINGLE_STATEMENT, REPEATED_TRANSACTION])(
    'during $name goes unnoticed: done, and done once',
    async (kind) => {
      const results = await walk(kind);
      expect(wrong(results, kind.rows)).toEqual([]);
      expect(results.filter(({ outcome }) => outcome !== 'acknowledged')).toEqual([]);
    },
  );

  test('during a transaction that may not be repeated is a rollback that is told, or a commit', async () => {
    const results = await walk(TRANSACTION);
    expect(wrong(results, TRANSACTION.rows)).toEqual([]);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['acknowledged', 'rolled back']));
  });
});
