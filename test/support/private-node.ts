import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

const SERVICES = process.env.AQUIFER_SERVICES_HOME || '/var/tmp/aquifer-services';
export const POSTGRES_PROGRAMS = `${SERVICES}/postgres/root/usr/lib/postgresql/17/bin`;

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 10;

/** PostgreSQL refuses to run as root: then it runs as nobody (65534 on every Linux we know). */
export const RUN_AS = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The server quits when its standard input closes, so it cannot outlive the test's process, however that ends. */
const GUARDED = '"$@" </dev/null & server=$!; cat >/dev/null; kill -QUIT $server; wait $server';

/** One PostgreSQL server of a private cluster: its data folder, its port, its processes. */
export class PrivateNode {
  readonly name: string;
  readonly port: number;
  readonly data: string;
  #guard: ChildProcess | undefined;

  constructor(name: string, port: number, data: string) {
    this.name = name;
    this.port = port;
    this.data = data;
  }

  /** It was started as one and not promoted since. */
  get isStandby(): boolean {
    return existsSync(join(this.data, 'standby.signal'));
  }

  /** @param database `postgres` unless given */
  url(database = 'postgres', port = this.port): string {
    return `postgres://postgres@127.0.0.1:${port}/${database}`;
  }

  configure(settings: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
    appendFileSync(join(this.data, 'postgresql.conf'), lines.join(''));
  }

  async start(): Promise<void> {
    const log = openSync(`${this.data}.log`, 'a');
    if (RUN_AS.uid !== undefined) chownSync(`${this.data}.log`, RUN_AS.uid, RUN_AS.gid);
    const server = [join(POSTGRES_PROGRAMS, 'postgres'), '-D', this.data];
    this.#guard = spawn('sh', ['-c', GUARDED, 'sh', ...server], { stdio: ['pipe', log, log], ...RUN_AS });
    closeSync(log);
    this.#guard.unref();
    await this.#until('start', START_TIMEOUT_MS, () => /^(ready|standby)/.test(this.#pidFile()[7] ?? ''));
  }

  /** Fast shutdown: connections are ended, the log is sent and a checkpoint is made. */
  async stop(): Promise<void> {
    const pid = this.#postmaster();
    if (pid !== undefined) process.kill(pid, 'SIGINT');
    await this.#until('stop', STOP_TIMEOUT_MS, () => this.processes().length === 0);
    this.#release();
  }

  /** What a power cut does: every process of the server is gone at once, with nothing said to anyone. */
  async kill9(): Promise<void> {
    const shared = this.#pidFile()[6]?.trim().split(/\s+/)[1];
    await this.#until('die', STOP_TIMEOUT_MS, () => {
      const living = this.processes();
      for (const pid of living) killNow(pid);
      return living.length === 0;
    });
    this.#release();
    rmSync(join(this.data, 'postmaster.pid'), { force: true });
    // Killed, it cannot give back the few bytes of System V memory that it marks its folder with.
    if (shared) removeSharedMemory(shared);
  }

  /** Stops every process of the server where it is: it answers nothing, and its connections stay open. */
  freeze(): void {
    for (const pid of this.processes()) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.processes()) process.kill(pid, 'SIGCONT');
  }

  async promote(): Promise<void> {
    await this.sql('select pg_promote(true, 30)');
  }

  async pauseReplay(): Promise<void> {
    await this.sql('select pg_wal_replay_pause()');
    await this.until(`select pg_get_wal_replay_pause_state() = 'paused'`);
  }

  async resumeReplay(): Promise<void> {
    await this.sql('select pg_wal_replay_resume()');
  }

  /** One or more statements on a connection of their own; the rows of the last one. */
  async sql<R extends pg.QueryResultRow>(text: string, values?: unknown[], database?: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const result: pg.QueryResult<R> | pg.QueryResult<R>[] = await client.query<R>(text, values);
      return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
    } finally {
      await client.end();
    }
  }

  /** Resolves once a statement that gives one boolean gives true. */
  async until(condition: string, timeoutMs = START_TIMEOUT_MS): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const [row] = await this.sql<Record<string, unknown>>(condition);
      if (row && Object.values(row)[0] === true) return;
      await wait(POLL_MS);
    }
    throw new Error(`${this.name}: not in ${timeoutMs} ms: ${condition}`);
  }

  /** Every process of the server works in its data folder. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && worksIn(name, this.data))
      .map(Number);
  }

  #postmaster(): number | undefined {
    const pid = Number(this.#pidFile()[0]);
    return this.processes().includes(pid) ? pid : undefined;
  }

  #pidFile(): string[] {
    try {
      return readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n');
    } catch {
      return [];
    }
  }

  #release(): void {
    this.#guard?.stdin?.destroy();
    this.#guard = undefined;
  }

  async #until(what: string, timeoutMs: number, done: () => boolean): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!done()) {
      if (performance.now() > deadline) {
        const log = readFileSync(`${this.data}.log`, 'utf8').slice(-2000);
        throw new Error(`PostgreSQL ${this.name} did not ${what} in ${timeoutMs} ms:\n${log}`);
      }
      await wait(POLL_MS);
    }
  }
}

function worksIn(pid: string, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false;
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself meanwhile.
  }
}

function removeSharedMemory(id: string): void {
  try {
    execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
  } catch {
    // Already gone, or no ipcrm here.
  }
}
