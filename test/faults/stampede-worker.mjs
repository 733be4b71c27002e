import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createCache } from '../../dist/cache/index.js';
import { openPostgresStore } from '../../dist/cache/postgres/index.js';
import { openPostgres } from '../../dist/relational/postgres/provider.js';

/**
 * One of several processes that ask for the same keys at the same time: for each line of its input, which names a kind
 * of stampede, one line of outcomes with how often each came. Every call of a factory is a line in `file`.
 */
const { redis, postgres, prefix, file } = JSON.parse(process.argv[2]);
const FACTORY_MS = 400;
const POOL = { min: 0, max: 4, idleTimeoutMs: 10_000, acquireTimeoutMs: 10_000 };

const relational = postgres && (await openPostgres({ url: postgres, pool: POOL }));
const cache = await createCache({
  // Calls are counted here, not milliseconds, and the machine may have fewer cores than there are processes.
  guard: { deadlineMs: 1000 },
  ...(redis ? { redis: { url: redis, prefix } } : { store: openPostgresStore({ relational, prefix }) }),
});

const made = async (what) => {
  appendFileSync(file, `${what}\n`);
  await wait(FACTORY_MS);
};
const STAMPEDES = {
  value: (name) => cache.memo(name, '1m', () => made(name).then(() => ({ made: name }))),
  failure: (name) =>
    cache.memo(name, '1m', async () => {
      await made(name);
      throw Object.assign(new RangeError('the source is dry'), { code: 'E_DRY' });
    }),
  many: async (name) => {
    const keys = Array.from({ length: 20 }, (_, n) => `${name}:${n}`);
    const found = await cache.memoMany(keys, '1m', async (missing) => {
      await made(missing.join('\n'));
      return new Map(missing.map((key) => [key, key]));
    });
    return [...found].every(([key, value]) => key === value) ? found.size : 'wrong';
  },
};

process.stdin.setEncoding('utf8');
console.log('ready');
for (;;) {
  const [line] = await once(process.stdin, 'data');
  const [kind, name, callers] = line.trim().split(' ');
  if (kind === 'end') break;
  const calls = Array.from({ length: Number(callers) }, () => STAMPEDES[kind](name));
  const counts = {};
  for (const { status, value, reason } of await Promise.allSettled(calls)) {
    const outcome =
      status === 'fulfilled' ? JSON.stringify(value) : [reason.name, reason.code, reason.message].join(' ');
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  console.log(JSON.stringify(counts));
}
await cache.close();
await relational?.close();
process.stdin.destroy();
