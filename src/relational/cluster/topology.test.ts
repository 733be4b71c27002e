import { describe, expect, test } from 'vitest';
import type { Look } from './look.js';
import type { ClusterNode } from './node.js';
import { Router } from './router.js';
import { Server } from './server.js';
import { Topology } from './topology.js';

const LIMITS = { lagThresholdMs: 100, timeoutMs: 50, maxLagMs: 1_000 };

/** Three servers and what is seen of them, without the servers. */
function setUp() {
  const servers = ['a', 'b', 'c'].map((host) => new Server(host, {} as ClusterNode)) as [
    Server,
    Server,
    Server,
  ];
  const topology = new Topology(servers, LIMITS);
  const router = new Router(topology, LIMITS);
  const look = (server: Server, seen: Partial<Look>, began = performance.now()) => {
    const base = {
      standby: false,
      lsn: 100n,
      recoveredTo: undefined,
      timeline: 1,
      clock: 0,
      replayedCommitAt: undefined,
    };
    topology.answered(server, { ...base, ...seen }, { began, ended: began });
  };
  const primary = (server: Server, seen: Partial<Look> = {}, began?: number) => look(server, seen, began);
  const replica = (server: Server, lsn: bigint, began?: number) =>
    look(server, { standby: true, lsn, timeline: undefined }, began);
  const picked = (position?: bigint) => router.pick(position, new Set());
  return { servers, topology, primary, replica, picked };
}

/** The same after the first round, in which nobody answered. */
function setUpSilent() {
  const all = setUp();
  for (const server of all.servers) all.topology.silent(server, 'refused');
  return all;
}

describe('a topology', () => {
  test('believes no primary before every server was looked at, and then the highest timeline', async () => {
    const { servers, topology, primary } = setUp();
    primary(servers[0], { timeline: 1 });
    expect(topology.primary).toBeUndefined();
    primary(servers[1], { timeline: 2, recoveredTo: 90n });
    topology.silent(servers[2], 'refused');
    expect(topology.primary).toBe(servers[1]);
    expect(topology.figures().map(({ role }) => role)).toEqual(['outdated', 'primary', 'unknown']);
  });

  test('never goes back to an earlier timeline, also when there is no other', async () => {
    const { servers, topology, primary, replica } = setUpSilent();
    primary(servers[0], { timeline: 1 });
    replica(servers[1], 100n);
    replica(servers[2], 100n);
    primary(servers[1], { timeline: 2, recoveredTo: 100n });
    expect(topology.primary).toBe(servers[1]);
    topology.silent(servers[1], 'refused');
    primary(servers[0], { timeline: 1, lsn: 500n });
    await expect(topology.reign()).rejects.toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
  });

  test('ends the term of a primary when another takes over, and when a look shows that it is one no more', async () => {
    const { servers, topology, primary, replica } = setUpSilent();
    primary(servers[0]);
    replica(servers[1], 100n);
    replica(servers[2], 100n);
    const { signal } = await topology.reign();
    replica(servers[0], 100n);
    expect(topology.primary).toBeUndefined();
    const next = topology.reign();
    primary(servers[2], { timeline: 2, recoveredTo: 100n });
    expect((await next).server).toBe(servers[2]);
    expect(signal.aborted).toBe(true);
  });

  test('refuses a server that left the history too early, and takes one that left it in time', async () => {
    const { servers, topology, primary, replica } = setUpSilent();
    const now = performance.now();
    primary(servers[0], { lsn: 100n }, now - 3_000);
    primary(servers[0], { lsn: 200n }, now - 900);
    primary(servers[0], { lsn: 300n }, now);
    replica(servers[1], 150n);
    replica(servers[2], 250n);
    topology.silent(servers[0], 'refused');
    primary(servers[1], { timeline: 2, recoveredTo: 150n });
    await expect(topology.reign()).rejects.toMatchObject({
      code: 'AQF_FAILOVER_REFUSED',
      facts: { lagMs: 3_000 },
    });
    expect(servers[1].role).toBe('lagging');
    primary(servers[2], { timeline: 2, recoveredTo: 250n });
    expect((await topology.reign()).server).toBe(servers[2]);
  });

  test('refuses a server that lacks what this process committed, though no look had seen it', async () => {
    const { servers, topology, primary, replica } = setUpSilent();
    primary(servers[0], { lsn: 100n }, performance.now() - 5_000);
    replica(servers[1], 100n);
    topology.silent(servers[2], 'refused');
    topology.committed(150n);
    primary(servers[1], { timeline: 2, recoveredTo: 120n });
    expect(servers[1].role).toBe('lagging');
    primary(servers[1], { timeline: 2, recoveredTo: 150n });
    expect(servers[1].role).toBe('primary');
  });

  test('sends reads to replicas that have what the primary had written within the threshold', () => {
    const { servers, primary, replica, picked } = setUpSilent();
    const now = performance.now();
    primary(servers[0], { lsn: 100n }, now - 200);
    primary(servers[0], { lsn: 200n }, now - 20);
    replica(servers[1], 199n);
    replica(servers[2], 200n);
    expect([picked(), picked(), picked()]).toEqual([servers[2], servers[2], servers[2]]);
    expect(servers[1].lagAt(now)).toBeCloseTo(200);
    expect(picked(200n)).toBe(servers[2]);
    expect(picked(201n)).toBeUndefined();
  });

  test('reads go by turns to equal replicas and to the one with less to do', () => {
    const { servers, primary, replica, picked } = setUpSilent();
    primary(servers[0]);
    replica(servers[1], 100n);
    replica(servers[2], 100n);
    expect(new Set([picked(), picked()])).toEqual(new Set([servers[1], servers[2]]));
    servers[1].load = 3;
    expect(new Set([picked(), picked()])).toEqual(new Set([servers[2]]));
  });

  test('a suspected replica serves no one until a look that began later', () => {
    const { servers, topology, primary, replica, picked } = setUpSilent();
    primary(servers[0]);
    topology.silent(servers[2], 'refused');
    const before = performance.now();
    replica(servers[1], 100n);
    expect(picked()).toBe(servers[1]);
    topology.suspect(servers[1]);
    replica(servers[1], 100n, before);
    expect(picked()).toBeUndefined();
    replica(servers[1], 100n);
    expect(picked()).toBe(servers[1]);
  });

  test('a replica that had replayed more than the new primary is out until it follows', () => {
    const { servers, primary, replica, picked } = setUpSilent();
    primary(servers[0], { lsn: 300n });
    replica(servers[1], 200n);
    replica(servers[2], 290n);
    primary(servers[1], { timeline: 2, recoveredTo: 200n, lsn: 210n });
    replica(servers[2], 290n);
    primary(servers[1], { timeline: 2, recoveredTo: 200n, lsn: 400n });
    replica(servers[2], 290n);
    expect(picked()).toBeUndefined();
    replica(servers[2], 400n);
    expect(picked()).toBe(servers[2]);
  });

  test('a replica that is ahead of its primary replays another history', () => {
    const { servers, topology, primary, replica, picked } = setUpSilent();
    const now = performance.now();
    primary(servers[0], { lsn: 100n }, now - 30);
    replica(servers[1], 500n, now - 20);
    topology.silent(servers[2], 'refused');
    primary(servers[0], { lsn: 110n }, now - 10);
    replica(servers[1], 500n, now);
    expect(picked()).toBeUndefined();
  });

  test('replicas go on serving when the primary is lost', () => {
    const { servers, topology, primary, replica, picked } = setUpSilent();
    primary(servers[0]);
    replica(servers[1], 100n);
    topology.silent(servers[2], 'refused');
    topology.silent(servers[0], 'refused');
    servers[1].caughtUpAt = performance.now() - 60;
    const until = performance.now() + 80;
    while (performance.now() < until);
    expect(picked()).toBe(servers[1]);
    primary(servers[0]);
    expect(picked()).toBeUndefined();
  });

  test('whoever waits when it is closed is told so', async () => {
    const { topology } = setUp();
    const waiting = [topology.firstRound(), topology.reign(), topology.succession()].map((promise) =>
      expect(promise).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' }),
    );
    topology.close();
    await Promise.all(waiting);
  });
});
