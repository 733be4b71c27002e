import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createCache, type OpenCache } from '../../src/cache/index.js';
import { freePort } from '../support/redis-programs.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { machineMs, ServedValues } from '../support/served-values.js';
import { TcpProxy } from '../support/tcp-proxy.js';

interface World {
  readonly redis: RedisServer;
  readonly proxy: TcpProxy;
}

interface Fault {
  readonly name: string;
  begin(world: World): Promise<void> | void;
  end(world: World): Promise<void> | void;
  /** Whether the fault is there before the cache is opened. */
  readonly atStart?: true;
}

const FAULT_MS = 2000;
const LONGEST_CALL_MS = 1000;
const LONGEST_RECOVERY_MS = 5000;
const BOUND_MS = 1000;
let repeated: NodeJS.Timeout;
const again = (work: () => unknown, ms: number) => {
  repeated = setInterval(() => void Promise.resolve(work()).catch(() => undefined), ms);
};

const FAULTS: readonly Fault[] = [
  {
    name: 'is down at the start',
    atStart: true,
    begin: ({ redis }) => redis.kill9(),
    end: ({ redis }) => redis.start(),
  },
  { name: 'dies', begin: ({ redis }) => redis.kill9(), end: ({ redis }) => redis.start() },
  { name: 'hangs', begin: ({ redis }) => redis.freeze(), end: ({ redis }) => redis.thaw() },
  {
    name: 'resets connections',
    begin: ({ proxy }) => again(() => proxy.cutAll(), 50),
    end: () => clearInterval(repeated),
  },
  {
    name: 'takes 5 s to answer',
    begin: ({ proxy }) => {
      proxy.passage = (bytes, pass) => void setTimeout(pass, 5000, bytes).unref();
    },
    end: ({ proxy }) => proxy.reset(),
  },
  {
    name: 'takes 30 ms to answer',
    begin: ({ proxy }) => {
      proxy.passage = (bytes, pass) => void setTimeout(pass, 30, bytes).unref();
    },
    end: ({ proxy }) => proxy.reset(),
  },
  {
    name: 'is out of memory',
    begin: ({ redis }) => redis.configure({ 'maxmemory-policy': 'noeviction', maxmemory: 1 }),
    end: ({ redis }) => redis.configure({ maxmemory: 0 }),
  },
  {
    name: 'is read-only',
    begin: async ({ redis }) => void (await redis.command('REPLICAOF', '127.0.0.1', await freePort())),
    end: async ({ redis }) => void (await redis.command('REPLICAOF', 'NO', 'ONE')),
  },
  {
    name: 'answers garbage',
    begin: ({ proxy }) => {
      proxy.passage = (bytes, pass) => pass(Math.random() < 0.3 ? randomBytes(bytes.length) : bytes);
    },
    end: ({ proxy }) => proxy.reset(),
  },
  {
    name: 'has garbage in its keys',
    begin: ({ redis }) => again(() => spoil(redis), 30),
    end: () => clearInterval(repeated),
  },
  {
    name: 'is flushed again and again',
    begin: ({ redis }) => again(() => redis.command('FLUSHALL'), 50),
    end: () => clearInterval(repeated),
  },
];

const OPERATIONS = ['get', 'memo hit', 'memo miss', 'set', 'delete', 'memoMany'] as const;
type Operation = (typeof OPERATIONS)[number];
type Row = Record<Operation, { worst: number; calls: number; served: Map<string, number> }>;

const table: string[] = [];

describe.skipIf(!redisServerAvailable())('a cache whose Redis', () => {
  test.each(FAULTS)('$name', async (fault) => {
    const redis = await RedisServer.start();
    const proxy = await TcpProxy.before(redis.port);
    const world = { redis, proxy };
    const opened: OpenCache[] = [];
    try {
      if (fault.atStart) await fault.begin(world);
      const openedIn = await timed(async () => {
        // The one that is watched comes through the proxy, the one that changes the truth does not.
        opened.push(await createCache({ redis: { host: '127.0.0.1', port: proxy.port }, jitter: 0 }));
        opened.push(await createCache({ redis: { url: redis.url() }, jitter: 0 }));
      });
      if (fault.atStart) expect(openedIn).toBeLessThan(5000);
      const [subject, other] = opened as [OpenCache, OpenCache];
      const traffic = new Traffic(subject, other);
      if (!fault.atStart) {
        await traffic.run(300);
        await fault.begin(world);
      }
      const row = await traffic.run(FAULT_MS);
      await fault.end(world);
      const recovery = await timed(() => recovered(subject, other));
      await traffic.run(BOUND_MS + 500);
      await traffic.everythingIsTrue();
      table.push(line(fault.name, row, recovery));
      console.log(table.at(-1));
      expect(traffic.errors).toEqual([]);
      expect(traffic.judge.violations).toEqual([]);
      for (const operation of OPERATIONS) {
        expect(row[operation].calls).toBeGreaterThan(1);
        expect(row[operation].worst).toBeLessThan(LONGEST_CALL_MS);
      }
      expect(recovery).toBeLessThan(LONGEST_RECOVERY_MS);
    } finally {
      clearInterval(repeated);
      await Promise.all(opened.map((cache) => cache.close()));
      await proxy[Symbol.asyncDispose]();
      await redis.remove();
    }
  });

  test('is described in a table', () => {
    const head = `| Redis … | ${OPERATIONS.join(' | ')} | served by itself again after |`;
    console.log([head, head.replaceAll(/[^|]+/g, '---'), ...table].join('\n'));
    expect(table).toHaveLength(FAULTS.length);
  });
});

/** One call after the other, while another process changes the truth of the same keys. */
class Traffic {
  readonly judge = new ServedValues(BOUND_MS);
  readonly errors: string[] = [];
  readonly #subject: OpenCache;
  readonly #other: OpenCache;
  readonly #truth = new Map<string, number>();
  #cold = 0;
  #turn = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(subject: OpenCache, other: OpenCache) {
    this.#subject = subject;
    this.#other = other;
  }

  async run(ms: number): Promise<Row> {
    const row = Object.fromEntries(
      OPERATIONS.map((operation) => [operation, { worst: 0, calls: 0, served: new Map() }]),
    ) as unknown as Row;
    const end = performance.now() + ms;
    while (performance.now() < end) {
      for (const operation of OPERATIONS) {
        const begun = performance.now();
        const served = await this.#do(operation).catch((error: Error) => {
          this.errors.push(`${operation}: ${error.stack}`);
          return 'error';
        });
        const entry = row[operation];
        entry.worst = Math.max(entry.worst, performance.now() - begun);
        entry.calls++;
        entry.served.set(served, (entry.served.get(served) ?? 0) + 1);
      }
      await wait(2);
      if (++this.#turn % 10 === 0)
        this.#writing = this.#writing.then(() => this.#change(this.#other, 'other'));
    }
    await this.#writing;
    return row;
  }

  /** What each of them serves of each key now, with nothing under way. */
  async everythingIsTrue(): Promise<void> {
    for (const [key, truth] of this.#truth) {
      for (const cache of [this.#subject, this.#other]) {
        await vi.waitFor(
          async () => expect(await cache.memo(key, '1h', () => truth)).toBe(truth),
          BOUND_MS + 500,
        );
      }
    }
  }

  async #do(operation: Operation): Promise<string> {
    if (operation === 'set') return this.#set();
    if (operation === 'delete') return String(await this.#change(this.#subject, 'subject'));
    if (operation === 'get') return this.#get();
    if (operation === 'memoMany') return this.#many();
    return this.#memo(operation === 'memo hit' ? this.#key('hit') : `cold ${this.#cold++}`, operation);
  }

  async #get(): Promise<string> {
    const key = this.#key('hit');
    const begun = machineMs();
    const copied = this.#subject.peek(key) !== undefined;
    const value = await this.#subject.get<number>(key);
    if (value === undefined) return 'nothing';
    this.judge.served(key, value, 'subject', begun, 'get');
    return copied ? 'L1' : 'L2';
  }

  async #memo(key: string, how: string): Promise<string> {
    const begun = machineMs();
    const copied = this.#subject.peek(key) !== undefined;
    let made = false;
    const value = await this.#subject.memo(key, '1h', () => {
      made = true;
      return this.#truthOf(key);
    });
    this.judge.served(key, value, 'subject', begun, how);
    if (made) return 'source';
    return copied ? 'L1' : 'L2';
  }

  async #many(): Promise<string> {
    const keys = [0, 1, 2].map((n) => `hit ${n}`).concat(`cold ${this.#cold++}`);
    const begun = machineMs();
    const copied = keys.filter((key) => this.#subject.peek(key) !== undefined).length;
    let made = 0;
    const values = await this.#subject.memoMany(keys, '1h', (missing) => {
      made += missing.length;
      return new Map(missing.map((key) => [key, this.#truthOf(key)]));
    });
    for (const [key, value] of values) this.judge.served(key, value, 'subject', begun, 'memoMany');
    if (copied + made < keys.length) return 'L2 and source';
    return copied > 0 ? 'L1 and source' : 'source';
  }

  async #set(): Promise<string> {
    return String(await this.#subject.set(`set ${this.#cold++ % 20}`, 1, '1h'));
  }

  /** Moves the truth of a key, and removes it from the cache. */
  async #change(cache: OpenCache, writer: string): Promise<boolean> {
    const key = this.#key(writer === 'subject' ? 'own' : 'hit');
    const number = this.#truthOf(key) + 1;
    this.judge.writing(key, number, writer);
    this.#truth.set(key, number);
    const confirmed = await cache.delete(key);
    this.judge.resolved(key, number, machineMs());
    if (confirmed) this.judge.confirmed(key, number, machineMs());
    else void this.#confirmLater(cache, key, number);
    if (writer === 'subject') await this.#memo(key, 'memo after delete');
    return confirmed;
  }

  async #confirmLater(cache: OpenCache, key: string, number: number): Promise<void> {
    while (cache.stats().pendingInvalidations > 0) await wait(5);
    this.judge.confirmed(key, number, machineMs());
  }

  #key(kind: string): string {
    return `${kind} ${Math.floor(Math.random() * 5)}`;
  }

  #truthOf(key: string): number {
    const known = this.#truth.get(key);
    if (known === undefined) this.#truth.set(key, 0);
    return known ?? 0;
  }
}

/** Both reach their Redis again, and nothing is left to be told. */
async function recovered(...caches: readonly OpenCache[]): Promise<void> {
  for (const cache of caches) {
    await vi.waitFor(
      async () => {
        expect(await cache.set('recovered', 1, '1m')).toBe(true);
        const { store, pendingInvalidations, invalidationLagMs } = cache.stats();
        expect([store?.state, store?.writeState, pendingInvalidations]).toEqual(['closed', 'closed', 0]);
        expect(invalidationLagMs).toBeLessThan(BOUND_MS);
      },
      { timeout: 30_000, interval: 20 },
    );
  }
}

async function spoil(redis: RedisServer): Promise<void> {
  await redis.with(1, async (db) => {
    for (const key of await db.keys('aq:cache:v:*')) await db.set(key, randomBytes(40), 'PX', 60_000);
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function line(name: string, row: Row, recovery: number): string {
  const cells = OPERATIONS.map((operation) => {
    const { worst, served } = row[operation];
    return `${worst.toFixed(0)} ms: ${[...served].map(([what, times]) => `${times}× ${what}`).join(', ')}`;
  });
  return `| ${[name, ...cells, `${(recovery / 1000).toFixed(1)} s`].join(' | ')} |`;
}
