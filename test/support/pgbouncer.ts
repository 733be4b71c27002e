import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { serviceUrl } from '../services/services.js';
import { RUN_AS } from './private-node.js';
import { makeTempDir, removeTempDir } from './temp-dir.js';

const HOME = process.env.AQUIFER_SERVICES_HOME || '/var/tmp/aquifer-services';
const PROGRAM = join(HOME, 'pgbouncer/root/usr/sbin/pgbouncer');
const START_TIMEOUT_MS = 5_000;

export interface Pgbouncer {
  /** The address of a database of the test server through this PgBouncer. */
  url(database: string): string;
  stop(): Promise<void>;
}

/** Whether PgBouncer can be started here; says why when not. */
export function pgbouncerAvailable(): boolean {
  if (existsSync(PROGRAM)) return true;
  console.log(`Skipped, no PgBouncer: ${PROGRAM} is not there; scripts/services install brings it`);
  return false;
}

/** A PgBouncer in transaction mode, with three server connections a database, before the test server. */
export async function startPgbouncer(maxPreparedStatements: number): Promise<Pgbouncer> {
  const server = new URL(serviceUrl('postgres'));
  const port = await freePort();
  const folder = makeTempDir();
  chmodSync(folder, 0o755); // it refuses to run as root, and reads this as nobody
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_prepared_statements = ${maxPreparedStatements}
`,
  );
  const program = spawn(PROGRAM, ['-q', settings], { stdio: ['ignore', 'ignore', 'inherit'], ...RUN_AS });
  await listening(port, program);
  return {
    url: (database) => `postgres://${server.username}@127.0.0.1:${port}/${database}?pgbouncer=true`,
    stop: async () => {
      program.kill('SIGTERM');
      if (program.exitCode === null) await once(program, 'exit');
      await removeTempDir(folder);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, program: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && program.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isUp) return;
    await wait(10);
  }
  program.kill('SIGKILL');
  throw new Error(`PgBouncer does not listen (exit code ${program.exitCode})`);
}
