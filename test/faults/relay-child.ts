import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** What a relay process runs: one subscriber that appends every batch it is handed to a file, in one write. */
const PROGRAM = `
  import { appendFileSync } from 'node:fs';
  import { Relay } from '${DIST}events/index.js';
  import { openPostgres } from '${DIST}relational/postgres/provider.js';
  const [url, file] = process.argv.slice(1);
  const relay = new Relay(await openPostgres({ url, pool: { min: 0, max: 4, idleTimeoutMs: 10000, acquireTimeoutMs: 10000 } }), { pollMs: 50 });
  await relay.subscribe({
    name: 'soak', from: 'beginning', batch: 200,
    handle: async (events) => appendFileSync(file, events.map(({ id, rowId, revision, operation, transactionId }) =>
      JSON.stringify({ id, rowId, revision, operation, transactionId }) + '\\n').join('')),
    onError: (error) => console.error(error.message),
  });
  setInterval(() => undefined, 1000);`;

export interface RelayProcess {
  /** SIGKILL, waited for. */
  kill(): Promise<void>;
}

/** A relay in a process of its own, which appends what it delivers to `file`. */
export function startRelayProcess(url: string, file: string): RelayProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, url, file], {
    stdio: 'ignore',
  });
  const exit = once(child, 'exit');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
