import { createCache } from '../../src/cache/index.js';
import { openPostgresStore } from '../../src/cache/postgres/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { Player, type PlayerOptions } from '../support/cache-player.js';

interface Argument extends PlayerOptions {
  readonly prefix: string;
  /** Where the cache is: in this Redis, or in this database. */
  readonly redis?: string;
  readonly database?: string;
}

const POOL = { min: 0, max: 4, idleTimeoutMs: 10_000, acquireTimeoutMs: 10_000 };

/** A player in a process of its own; says what it plays in lines, until its input says `end`. */
const { redis, database, prefix, ...options } = JSON.parse(process.argv[2] as string) as Argument;
const relational = database === undefined ? undefined : await openPostgres({ url: database, pool: POOL });
const cache = await createCache({
  ...(redis !== undefined && { redis: { url: redis, prefix } }),
  ...(relational && { store: openPostgresStore({ relational, prefix }) }),
});
const player = new Player(cache, options, (played) => console.log(JSON.stringify(played)));
process.stdin.on('data', () => player.stop());
console.log('ready');
await player.play();
await cache.close();
await relational?.close();
process.stdin.destroy();
