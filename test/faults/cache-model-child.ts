import { createCache } from '../../src/cache/index.js';
import { Player, type PlayerOptions } from '../support/cache-player.js';

/** A player in a process of its own; says what it plays in lines, until its input says `end`. */
const { redis, prefix, ...options } = JSON.parse(process.argv[2] as string) as PlayerOptions & {
  redis: string;
  prefix: string;
};
const cache = await createCache({ redis: { url: redis, prefix } });
const player = new Player(cache, options, (played) => console.log(JSON.stringify(played)));
process.stdin.on('data', () => player.stop());
console.log('ready');
await player.play();
await cache.close();
process.stdin.destroy();
