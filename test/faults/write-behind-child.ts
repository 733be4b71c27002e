import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/**
 * What a writing process runs: puts four ascending values on each of ever new keys, so that the last of a key is
 * repaired by no later one, and notes each acknowledgement before it goes on. It flushes too, slowly, into a table that
 * keeps every delivery.
 */
const PROGRAM = `
  import { appendFileSync } from 'node:fs';
  import { setTimeout as wait } from 'node:timers/promises';
  import { openEmbedded } from '${DIST}relational/embedded/provider.js';
  import { openPostgres } from '${DIST}relational/postgres/provider.js';
  import { OWNER } from '${DIST}relational/index.js';
  import { createWriteBehind } from '${DIST}write-behind/index.js';
  const [address, file, writer, from] = process.argv.slice(1);
  const relational = address.includes('://')
    ? await openPostgres({ url: address, pool: { min: 0, max: 4, idleTimeoutMs: 10000, acquireTimeoutMs: 10000 } })
    : await openEmbedded({ dataDir: address });
  const queue = createWriteBehind({
    relational, name: 'killed', waitMs: 20, maxWaitMs: 60, batch: 20, pollMs: 50, flushTimeoutMs: 2000,
    flush: async (items) => {
      await relational.query(OWNER, {
        text: 'insert into delivered (key, value, sequence) select i.* from unnest($1::text[], $2::bigint[], $3::bigint[]) as i, pg_sleep(0.02)',
        values: [items.map((i) => i.key), items.map((i) => i.value), items.map((i) => i.sequence)],
      });
    },
    onError: (error) => console.error(error.message),
  });
  const mine = queue.forTenant({ kind: 'tenant', tenantId: 'tenant-' + writer });
  for (let round = Number(from); ; round++) {
    const keys = Array.from({ length: 12 }, (_, n) => writer + '-' + round + '-' + n);
    for (let value = 1; value <= 4; value++) {
      await Promise.all(keys.map(async (key) => {
        await wait(Math.random() * 40);
        await mine.put(key, value);
        appendFileSync(file, key + ' ' + value + '\\n');
      }));
    }
  }`;

export interface WritingProcess {
  /** Whether it has ended by itself. */
  readonly hasEnded: boolean;
  /** SIGKILL, waited for. */
  kill(): Promise<void>;
}

/**
 * A process that puts and flushes, and appends what was acknowledged to `file`: "key value" lines.
 * @param address the URL of a server, or the folder of an embedded database
 */
export function startWritingProcess(
  address: string,
  file: string,
  writer: string,
  from: number,
): WritingProcess {
  const args = ['--input-type=module', '-e', PROGRAM, address, file, writer, String(from)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exit = once(child, 'exit');
  return {
    get hasEnded() {
      return child.exitCode !== null;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
