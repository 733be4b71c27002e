import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { never, ScriptedStore } from '../../../../test/support/scripted-store.js';
import { AquiferError } from '../../../errors/index.js';
import { type GuardOptions, type StateChange, StoreGuard } from './index.js';

const UNAVAILABLE = { code: 'AQF_CACHE_STORE_UNAVAILABLE' };
const invalidation = { keys: ['secret-key'], marks: [] };
const lease = { keys: [{ key: 'k' }], marks: [], token: 't', ttlMs: 1 };

function guarded(options: GuardOptions = {}) {
  const store = new ScriptedStore();
  const changes: StateChange[] = [];
  const guard = new StoreGuard(store, { onStateChange: (change) => void changes.push(change), ...options });
  return { store, guard, changes };
}

/** How a call ended, and after how many milliseconds; undefined as long as it has not. */
function outcomeOf(call: Promise<unknown>): { error?: AquiferError; ms?: number; value?: unknown } {
  const begun = performance.now();
  const outcome: ReturnType<typeof outcomeOf> = {};
  call.then(
    (value) => Object.assign(outcome, { value, ms: performance.now() - begun }),
    (error) => Object.assign(outcome, { error, ms: performance.now() - begun }),
  );
  return outcome;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function failReads(guard: StoreGuard, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await guard.read(['k'], []).catch(() => undefined);
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a call', () => {
  test('is over at its deadline, and what it says too late is ignored', async () => {
    const { store, guard } = guarded();
    let answer: (value: unknown) => void = () => undefined;
    store.script('read', () => new Promise((resolve) => (answer = resolve)));
    const outcome = outcomeOf(guard.read(['secret-key'], []));
    await pass(49);
    expect(outcome.ms).toBeUndefined();
    await pass(5);
    expect(outcome.error).toMatchObject(UNAVAILABLE);
    expect(outcome.error?.message).toBe('The scripted store did not answer within 50 ms.');
    expect(JSON.stringify(outcome.error)).not.toContain('secret');
    answer({ values: [], marks: [] });
    await pass(100);
    expect(guard.figures().reads).toMatchObject({ calls: 1, failures: 1, timeouts: 1 });
  });

  test('that fails too late is not an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { store, guard } = guarded();
    store.script(
      ['read', 'invalidate'],
      () => new Promise((_, reject) => setTimeout(reject, 500, new Error('late'))),
    );
    const read = outcomeOf(guard.read(['k'], []));
    const other = outcomeOf(guard.invalidate(invalidation, 'me'));
    await pass(1000);
    expect([read.error, other.error]).toEqual([
      expect.objectContaining(UNAVAILABLE),
      expect.objectContaining(UNAVAILABLE),
    ]);
    expect(unhandled).toEqual([]);
    process.off('unhandledRejection', note);
  });

  test('that must arrive has more time', async () => {
    const { store, guard } = guarded();
    store.script(['invalidate', 'write', 'feed', 'lease'], never);
    const calls = {
      lease: outcomeOf(guard.lease(lease)),
      invalidate: outcomeOf(guard.invalidate(invalidation, 'me')),
      write: outcomeOf(guard.write([], 'me')),
      feed: outcomeOf(guard.feed({ token: 't', position: undefined }, '1', invalidation)),
    };
    await pass(300);
    expect(calls.lease.ms).toBeLessThan(60);
    for (const { ms } of [calls.invalidate, calls.write, calls.feed])
      expect(ms).toSatisfy((x: number) => x >= 250 && x < 260);
  });

  test('has less time the faster the store usually is, and more again when it slows down', async () => {
    const { store, guard } = guarded({ minDeadlineMs: 10 });
    const slow = (ms: number) =>
      store.script(
        'read',
        () => new Promise((resolve) => setTimeout(resolve, ms, { values: [], marks: [] })),
      );
    expect(guard.figures().reads.deadlineMs).toBe(50);
    slow(1);
    for (let n = 0; n < 30; n++) await Promise.all([guard.read(['k'], []), pass(2)]);
    expect(guard.figures().reads.deadlineMs).toBe(10);
    slow(20);
    for (let n = 0; n < 3; n++) await Promise.all([outcomeOf(guard.read(['k'], [])), pass(60)]);
    expect(guard.figures().reads.deadlineMs).toBeGreaterThan(40);
    await Promise.all([guard.read(['k'], []), pass(60)]);
    expect(guard.state).toBe('closed');
  });

  test('has more time when it reads many names', async () => {
    const { store, guard } = guarded({ minDeadlineMs: 10 });
    for (let n = 0; n < 30; n++) await guard.read(['k'], []);
    store.script('read', never);
    const few = outcomeOf(guard.read(['k'], []));
    await pass(20);
    expect(few.ms).toBeLessThan(15);
    const many = outcomeOf(
      guard.read(
        Array.from({ length: 100 }, (_, n) => `k${n}`),
        [],
      ),
    );
    await pass(100);
    expect(many.ms).toBeGreaterThan(35);
  });

  test('fails as unavailable whatever the store throws, and without what it says', async () => {
    const { store, guard } = guarded();
    store.script('read', () => {
      throw Object.assign(new TypeError('SET secret-key secret-value'), { command: 'secret' });
    });
    const error = await guard.read(['k'], []).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...UNAVAILABLE, facts: { store: 'scripted', failure: 'TypeError' } });
    expect(JSON.stringify(error) + String(error)).not.toContain('secret');
    expect((error as Error).cause).toBeUndefined();
  });

  test('fails with the error of the store when that is one of ours', async () => {
    const { store, guard } = guarded();
    const refused = new AquiferError('AQF_CACHE_STORE_REFUSED', 'maxmemory-policy is wrong');
    store.script('lease', () => Promise.reject(refused));
    await expect(guard.lease(lease)).rejects.toBe(refused);
  });

  test('costs no timer of its own, and none is left when all is answered', async () => {
    const { store, guard } = guarded();
    store.script('read', () => new Promise((resolve) => setTimeout(resolve, 1, { values: [], marks: [] })));
    for (let n = 0; n < 20; n++) {
      void guard.read([`${n}`], []);
      await pass(0);
      const ownTimers = vi.getTimerCount() - 1;
      expect(ownTimers).toBeLessThanOrEqual(1);
      await pass(1);
    }
    await pass(100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a process that was busy itself', () => {
  const ECHO = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.on('message', () => {
      parentPort.postMessage('pong');
      Atomics.add(workerData, 0, 1);
    });`;

  test('does not take the store for slow: answers that have arrived are read first', async () => {
    vi.useRealTimers();
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const echo = new Worker(ECHO, { eval: true, workerData: answered });
    const { store, guard } = guarded();
    store.script('read', () => {
      const pong = once(echo, 'message');
      echo.postMessage('ping');
      return pong.then(() => ({ values: [], marks: [] }));
    });
    await once(echo, 'online');
    for (let n = 0; n < 3; n++) {
      // After immediates come timers, and only then sockets.
      await new Promise(setImmediate);
      const before = Atomics.load(answered, 0);
      const read = guard.read(['k'], []);
      process.nextTick(() => {
        // Busy until long after the deadline, and until the answer lies in the socket.
        const until = performance.now() + 80;
        while (performance.now() < until || Atomics.load(answered, 0) === before);
      });
      await expect(read).resolves.toEqual({ values: [], marks: [] });
    }
    await echo.terminate();
  });
});

describe('a store that fails', () => {
  test('is left alone after five failures in a row, and calls fail at once', async () => {
    const { store, guard, changes } = guarded();
    store.script(['read', 'ping'], () => Promise.reject(new Error('down')));
    await failReads(guard, 4);
    expect(guard.state).toBe('closed');
    await failReads(guard, 1);
    expect([guard.state, changes]).toEqual(['open', [{ lane: 'reads', from: 'closed', state: 'open' }]]);
    for (const call of [
      guard.read(['k'], []),
      guard.lease(lease),
      guard.invalidate(invalidation, 'me'),
      guard.write([], 'me'),
    ]) {
      await expect(call).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(store.calls.map(({ method }) => method)).toEqual(Array(5).fill('read'));
    expect(guard.figures()).toMatchObject({
      state: 'open',
      reads: { rejected: 1 },
      writes: { rejected: 2 },
      invalidations: { rejected: 1 },
    });
  });

  test('is not left alone for failures that are not in a row and not many', async () => {
    const { store, guard } = guarded();
    for (let n = 0; n < 30; n++) {
      store.heal();
      await failReads(guard, 2);
      store.script('read', () => Promise.reject(new Error('down')));
      await failReads(guard, 1);
    }
    expect(guard.state).toBe('closed');
  });

  test('is left alone when half of its calls fail', async () => {
    const { store, guard } = guarded({ failures: 1000 });
    let asked = 0;
    store.script('read', () =>
      asked++ % 2 ? Promise.reject(new Error('x')) : Promise.resolve({ values: [], marks: [] }),
    );
    await failReads(guard, 19);
    expect(guard.state).toBe('closed');
    await failReads(guard, 1);
    expect(guard.state).toBe('open');
  });

  test('is not judged by what was long ago', async () => {
    const { store, guard } = guarded({ failures: 1000 });
    store.script('read', () => Promise.reject(new Error('x')));
    await failReads(guard, 15);
    await pass(11_000);
    await failReads(guard, 15);
    expect(guard.state).toBe('closed');
  });

  test('is not left alone for calls that it refused for what they asked', async () => {
    const { store, guard } = guarded();
    store.script('read', () => Promise.reject(new AquiferError('AQF_ARGUMENT_INVALID', 'no such name')));
    await failReads(guard, 30);
    expect(guard.state).toBe('closed');
    expect(guard.figures().reads.failures).toBe(0);
  });

  test('is probed after 100 ms, less and less often, and every second in the end', async () => {
    const { store, guard } = guarded();
    store.script(['read', 'ping'], () => Promise.reject(new Error('down')));
    await failReads(guard, 5);
    const opened = performance.now();
    const probes: number[] = [];
    store.script('ping', () => {
      probes.push(Math.round(performance.now() - opened));
      return Promise.reject(new Error('down'));
    });
    await pass(5000);
    expect(probes).toEqual([100, 300, 700, 1500, 2500, 3500, 4500]);
    expect(store.callsOf('read')).toHaveLength(5);
  });

  test('is taken up again by a probe, never by a call of a user', async () => {
    const { store, guard, changes } = guarded();
    store.script(['read', 'ping'], never);
    for (let n = 0; n < 5; n++) await Promise.all([outcomeOf(guard.read(['k'], [])), pass(0)]);
    await pass(70);
    expect(guard.state).toBe('open');
    let pong: (value: unknown) => void = () => undefined;
    store.script('ping', () => new Promise((resolve) => (pong = resolve)));
    await pass(100);
    expect(guard.state).toBe('half-open');
    await expect(guard.read(['k'], [])).rejects.toMatchObject(UNAVAILABLE);
    expect(store.callsOf('read')).toHaveLength(5);
    store.heal('read');
    pong(undefined);
    await pass(0);
    expect(guard.state).toBe('closed');
    expect((await guard.read(['k'], [])).values).toEqual([Buffer.from('k')]);
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
  });

  test('is probed with longer pauses when it fails again at once', async () => {
    const { store, guard, changes } = guarded();
    store.script('read', () => Promise.reject(new Error('garbage')));
    for (let n = 0; n < 10_000; n += 100) {
      await failReads(guard, 10);
      await pass(100);
    }
    const opened = changes.filter(({ state }) => state === 'open').length;
    expect(opened).toSatisfy((times: number) => times >= 8 && times <= 14);
    store.heal();
    await pass(1100);
    await failReads(guard, 1);
    expect(guard.state).toBe('closed');
  });

  test('and hangs is not sent one probe after the other', async () => {
    const { store, guard } = guarded();
    store.script(['read', 'ping'], never);
    for (let n = 0; n < 5; n++) await Promise.all([failReads(guard, 1), pass(60)]);
    await pass(60_000);
    expect(guard.state).not.toBe('closed');
    expect(store.callsOf('ping').length).toSatisfy((times: number) => times >= 5 && times <= 15);
    store.heal();
    await pass(7000);
    expect(guard.state).toBe('closed');
  });
});

describe('a store that takes no writes', () => {
  const outOfMemory = () =>
    Promise.reject(new AquiferError('AQF_CACHE_STORE_UNAVAILABLE', 'OOM command not allowed'));

  test('is still read, and told of invalidations', async () => {
    const { store, guard, changes } = guarded();
    store.script(['lease', 'fill', 'write'], outOfMemory);
    for (let n = 0; n < 20; n++) {
      await guard.lease(lease).catch(() => undefined);
      await guard.read(['k'], []);
      await guard.invalidate(invalidation, 'me');
    }
    expect([guard.state, guard.writeState]).toEqual(['closed', 'open']);
    expect(changes).toEqual([{ lane: 'writes', from: 'closed', state: 'open' }]);
    expect(store.callsOf('lease')).toHaveLength(5);
    expect(store.callsOf('read')).toHaveLength(20);
    expect(store.callsOf('invalidate')).toHaveLength(20);
  });

  test('is written to again once it takes a write, whatever it says to pings', async () => {
    const { store, guard } = guarded();
    store.script(['lease', 'write'], outOfMemory);
    for (let n = 0; n < 5; n++) await guard.write([], 'me').catch(() => undefined);
    await pass(3000);
    expect(guard.writeState).toBe('open');
    store.heal();
    await pass(1100);
    expect(guard.writeState).toBe('closed');
    const [key] = (store.callsOf('release').at(-1)?.[0] ?? []) as string[];
    expect(key).toMatch(/^probe-/);
  });

  test('is read even when it refuses invalidations', async () => {
    const { store, guard } = guarded();
    store.script('invalidate', outOfMemory);
    for (let n = 0; n < 30; n++) await guard.invalidate(invalidation, 'me').catch(() => undefined);
    expect(guard.state).toBe('closed');
  });

  test('is dead when it hangs at invalidations and nobody reads meanwhile', async () => {
    const { store, guard } = guarded();
    store.script(['invalidate', 'ping'], never);
    for (let n = 0; n < 5; n++)
      await Promise.all([outcomeOf(guard.invalidate(invalidation, 'me')), pass(260)]);
    expect(guard.state).not.toBe('closed');
  });
});

describe('a guard', () => {
  test('passes on what the store says', async () => {
    const { store, guard } = guarded();
    const listener = { told: () => undefined, verified: () => undefined, lost: () => undefined };
    expect(guard.kind).toBe('scripted');
    expect(await guard.lease(lease)).toEqual({ keys: [{ holder: 't', value: undefined }], marks: [] });
    expect(await guard.fill([{ key: 'k', value: Buffer.from('v'), ttlMs: 1 }], 't')).toEqual([true]);
    await guard.renew(['k'], 't', 5);
    await guard.release(['k'], 't', Buffer.from('f'));
    expect(await guard.beginFeed(300)).toEqual({ token: 'turn', position: undefined });
    expect(await guard.feed({ token: 'turn', position: undefined }, '7', invalidation)).toBe(true);
    await guard.ping();
    await (await guard.follow(listener)).close();
    expect(store.calls.map(({ method, args }) => [method, ...args])).toEqual([
      ['lease', lease],
      ['fill', [{ key: 'k', value: Buffer.from('v'), ttlMs: 1 }], 't'],
      ['renew', ['k'], 't', 5],
      ['release', ['k'], 't', Buffer.from('f')],
      ['beginFeed', 300],
      ['feed', { token: 'turn', position: undefined }, '7', invalidation],
      ['ping'],
      ['follow', listener],
    ]);
  });

  test('fails what is under way when it is closed, and what comes later, and leaves no timer', async () => {
    const { store, guard } = guarded();
    store.script(['read', 'write'], never);
    const calls = [outcomeOf(guard.read(['k'], [])), outcomeOf(guard.write([], 'me'))];
    await pass(1);
    calls.push(outcomeOf(guard.read(['queued'], [])));
    await guard.close();
    await guard.close();
    const listener = { told: () => undefined, verified: () => undefined, lost: () => undefined };
    calls.push(
      outcomeOf(guard.read(['late'], [])),
      outcomeOf(guard.ping()),
      outcomeOf(guard.follow(listener)),
    );
    await pass(0);
    for (const { error } of calls) expect(error?.message).toBe('The scripted store is closed.');
    expect(store.callsOf('close')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops probing when it is closed', async () => {
    const { store, guard } = guarded();
    store.script('read', () => Promise.reject(new Error('down')));
    store.script('ping', () => Promise.reject(new Error('down')));
    await failReads(guard, 5);
    await guard.close();
    await pass(10_000);
    expect(store.callsOf('ping')).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not wait for a store that does not close', async () => {
    const { store, guard } = guarded();
    store.script('close', never);
    const closed = outcomeOf(guard.close());
    await pass(2100);
    expect(closed.ms).toBe(2000);
  });

  test('is not disturbed by a listener that throws, and tells others until they leave', async () => {
    const { store, guard } = guarded({
      onStateChange: () => {
        throw new Error('listener');
      },
    });
    const heard: string[] = [];
    const leave = guard.onStateChange(({ state }) => void heard.push(state));
    store.script('read', () => Promise.reject(new Error('down')));
    await failReads(guard, 5);
    leave();
    await pass(1000);
    expect(heard).toEqual(['open']);
    expect(guard.state).toBe('closed');
  });

  test('counts latencies', async () => {
    const { store, guard } = guarded();
    store.script('read', () => new Promise((resolve) => setTimeout(resolve, 8, { values: [], marks: [] })));
    for (let n = 0; n < 10; n++) await Promise.all([guard.read(['k'], []), pass(8)]);
    const { latency } = guard.figures().reads;
    expect(latency).toMatchObject({ count: 10, sum: 80, max: 8 });
    expect(latency.p50).toSatisfy((ms: number) => ms > 7 && ms <= 8);
  });

  test('refuses settings that make no sense', () => {
    for (const options of [{ deadlineMs: 0 }, { failures: Number.NaN }, { maxNames: -1 }]) {
      expect(() => guarded(options)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
    }
  });
});
