import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

describe.skipIf(!privateClusterAvailable())('a private cluster', () => {
  let cluster: PrivateCluster;
  beforeAll(async () => {
    const began = performance.now();
    cluster = await PrivateCluster.start({ standbys: 2, synchronous: 'FIRST 1 (*)' });
    console.log(`private cluster of three: ${Math.round(performance.now() - began)} ms`);
  });
  afterAll(() => cluster.stop());

  test('streams to its standbys, is killed, promoted and followed, and leaves no process behind', async () => {
    const [primary, heir, other] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await primary.sql('create table seen (id int); insert into seen values (1)');
    await cluster.caughtUp(2);
    expect(await other.sql('select id from seen')).toEqual([{ id: 1 }]);

    await primary.kill9();
    expect(primary.processes()).toEqual([]);
    await cluster.promote(1);
    await heir.sql('insert into seen values (2)');
    await cluster.caughtUp(2, 1);
    expect(await other.sql('select id from seen order by id')).toEqual([{ id: 1 }, { id: 2 }]);

    await primary.start();
    expect(await primary.sql('select id from seen')).toEqual([{ id: 1 }]);
    await cluster.stop();
    expect(cluster.nodes.flatMap((node) => node.processes())).toEqual([]);
  });
});
