import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured } from '../harness/measurement.js';
import type { Holder } from './footprint-child.js';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./footprint-child.js', import.meta.url));

/** Of each: the metric's name, and what it is. */
const HOLDERS: Readonly<Record<Holder, string>> = {
  map: 'a bare Map',
  aquifer: 'this cache',
  lru: 'lru-cache with a TTL',
  bentocache: 'bentocache, serialize: false',
  cacheable: 'cacheable on a Map',
  cacheManager: 'cache-manager on a Map',
  keyv: 'keyv on a Map',
};

/** Bytes of the heap for each entry beyond the key and the value themselves; each in a process of its own. */
export async function measureFootprint(context: BenchmarkContext): Promise<Measurement[]> {
  const bytes = new Map<Holder, number>();
  for (const holder of Object.keys(HOLDERS) as Holder[]) {
    context.progress(`memory of an entry: ${HOLDERS[holder]}`);
    bytes.set(holder, await bytesAnEntry(holder));
  }
  const reference = { name: HOLDERS.lru, value: bytes.get('lru') ?? 0 };
  return [...bytes].map(([holder, value]) =>
    measured(`entry_bytes_${snakeCase(holder)}`, value, 'bytes', reference),
  );
}

async function bytesAnEntry(holder: Holder): Promise<number> {
  const { stdout } = await run(process.execPath, ['--expose-gc', CHILD, holder]);
  return Number(stdout);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
