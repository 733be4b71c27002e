import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort, redisServerCommand } from './redis-programs.js';

export { freePort, redisServerAvailable } from './redis-programs.js';

export type RedisSettings = Readonly<Record<string, string | number>>;

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 5;
const FILE = 'redis.conf';

const SETTINGS: RedisSettings = {
  bind: '127.0.0.1',
  save: '',
  appendonly: 'yes',
  'repl-diskless-sync-delay': 0,
  'enable-debug-command': 'local',
};

/** Says its number, and ends the server when its own standard input closes: it cannot outlive the test's process. */
const GUARDED =
  '"$@" </dev/null >&3 2>&1 & server=$!; echo $server; cat >/dev/null; kill -KILL $server; wait $server';

/** A Redis server of its own on a free port, with its data in a temporary folder that `remove` takes away. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  readonly #settings: RedisSettings;
  readonly #arguments: readonly string[];
  #guard: ChildProcess | undefined;
  #pid: number | undefined;

  private constructor(port: number, folder: string, settings: RedisSettings, args: readonly string[]) {
    this.port = port;
    this.folder = folder;
    this.#settings = settings;
    this.#arguments = args;
  }

  /**
   * Starts one; takes about 50 ms.
   * @param settings of redis.conf, such as `{ maxmemory: '8mb', appendfsync: 'always' }`; without it data is synced
   * every second
   */
  static async start(settings: RedisSettings = {}): Promise<RedisServer> {
    return RedisServer.#started({ ...SETTINGS, ...settings }, []);
  }

  /** @param settings whole, beside the port */
  static async startSentinel(settings: RedisSettings): Promise<RedisServer> {
    return RedisServer.#started({ bind: '127.0.0.1', ...settings }, ['--sentinel']);
  }

  static async #started(settings: RedisSettings, args: readonly string[]): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'aquifer-redis-'));
    const server = new RedisServer(await freePort(), folder, settings, args);
    server.#writeSettings();
    await server.start();
    return server;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  /** @param db none unless given: then what connects chooses */
  url(db?: number): string {
    return `redis://127.0.0.1:${this.port}${db === undefined ? '' : `/${db}`}`;
  }

  /** Starts it again, on the same port and with the data it left, after `stop` or `kill9`. */
  async start(): Promise<void> {
    if (this.#pid !== undefined) throw new Error(`Redis on port ${this.port} runs already`);
    const log = openSync(join(this.folder, 'log'), 'a');
    const command = redisServerCommand([join(this.folder, FILE), ...this.#arguments]);
    const guard = spawn('sh', ['-c', GUARDED, 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'ignore', log],
      cwd: this.folder,
    });
    closeSync(log);
    guard.unref();
    this.#guard = guard;
    this.#pid = await saidBy(guard);
    await this.#answers();
  }

  /** Ends as asked to: what it has is written to its disk. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** What a crash does. Writes of the last second may be gone, unless it was started with `appendfsync: 'always'`. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Forgets all data of a server that does not run. */
  wipe(): void {
    if (this.#pid !== undefined) throw new Error(`Redis on port ${this.port} runs`);
    for (const name of ['appendonlydir', 'dump.rdb']) {
      rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Stops the process where it is: it answers nothing, and its connections stay open. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** CONFIG SET; it holds until the next start. */
  async configure(settings: RedisSettings): Promise<void> {
    await this.command('CONFIG', 'SET', ...Object.entries(settings).flat());
  }

  /** Runs one command in database 0, on a connection of its own. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    return this.with(0, (client) => client.call(name, ...args));
  }

  /** Gives a connection of its own to `work`, and ends it. */
  async with<T>(db: number, work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis({ port: this.port, db, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** Ended, with its folder gone; safe to call twice. */
  async remove(): Promise<void> {
    await this.kill9();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #writeSettings(): void {
    const lines = Object.entries({ port: this.port, dir: this.folder, ...this.#settings });
    // Sentinel's own settings are lines of several words, and come as they are.
    const text = lines.map(([name, value]) => `${name} ${value === '' ? '""' : value}\n`).join('');
    writeFileSync(join(this.folder, FILE), text);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#pid === undefined) throw new Error(`Redis on port ${this.port} does not run`);
    process.kill(this.#pid, signal);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const guard = this.#guard;
    if (this.#pid === undefined || !guard) return;
    await endProcess(this.#pid, signal);
    this.#pid = undefined;
    this.#guard = undefined;
    guard.stdin?.destroy();
  }

  async #answers(): Promise<void> {
    await until(`Redis on port ${this.port} did not start`, async () => {
      const answer = await this.command('PING').catch((error: Error) => error);
      return answer === 'PONG';
    }).catch((error: Error) => {
      throw new Error(`${error.message}:\n${readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000)}`);
    });
  }
}

/** Resolves once the condition holds. @throws Error with `what` when it does not in 10 s */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`${what} in ${START_TIMEOUT_MS} ms`);
    await wait(POLL_MS);
  }
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (isGone(pid)) return;
  process.kill(pid, signal);
  // A stopped process hears that it should end when it goes on; the killed one must not do anything any more.
  if (signal !== 'SIGKILL') process.kill(pid, 'SIGCONT');
  await until(`Redis ${pid} did not end`, async () => isGone(pid));
}

async function saidBy({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error('the shell has no output');
  const [said] = (await once(stdout, 'data')) as [Buffer];
  stdout.destroy();
  return Number(said.toString());
}

/** A zombie that its shell has not waited for yet is as good as gone: its sockets and files are closed. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
