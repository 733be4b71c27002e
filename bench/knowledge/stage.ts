import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runOn } from '../relational/server.js';
import type { ContestantName } from './contestants/index.js';
import type { InstalledPeers } from './install.js';
import type { Reply, Request, Searches, SearchRequest } from './messages.js';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));
/** What anyone would set for a build of an index; the same for all. */
const BUILD_MEMORY = '1GB';

/** A contestant that does not end within this is ended. */
const PATIENCE_MS = 15_000;

export interface StageSettings {
  readonly server: string;
  readonly peers: InstalledPeers;
  readonly rows: number;
  readonly connections: number;
}

/** Starts a contestant in a process of its own, on a database of its own, both of which go with `leave`. */
export async function enter(contestant: ContestantName, settings: StageSettings): Promise<Entry> {
  const { server, peers, rows, connections } = settings;
  const database = await createDatabase(server);
  const child = fork(CHILD, { execPath: peers.node, execArgv: ['--max-old-space-size=6144'] });
  const actor = new Actor(contestant, child, database.url);
  const leave = async () => {
    await actor.leave();
    await database.drop();
  };
  try {
    await actor.ask({ do: 'open', contestant, url: database.url, packages: peers.folder, rows, connections });
    return { actor, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

export interface Entry {
  readonly actor: Actor;
  leave(): Promise<void>;
}

async function createDatabase(server: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `aquifer_bench_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  await runOn(server, `alter database ${name} set maintenance_work_mem = '${BUILD_MEMORY}'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOn(server, `drop database ${name} with (force)`) };
}

/** A contestant in its process. */
export class Actor {
  readonly name: ContestantName;
  readonly url: string;
  readonly #child: ChildProcess;

  constructor(name: ContestantName, child: ChildProcess, url: string) {
    this.name = name;
    this.url = url;
    this.#child = child;
  }

  /** @returns milliseconds that it took there */
  async ask(request: Exclude<Request, SearchRequest>): Promise<number> {
    return (await this.#request(request)).ms;
  }

  async search(request: Omit<SearchRequest, 'do'>): Promise<Searches> {
    const { searches } = await this.#request({ do: 'search', ...request });
    if (!searches) throw new Error(`${this.name} answered without searches.`);
    return searches;
  }

  async leave(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    const exit = once(this.#child, 'exit');
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await this.ask({ do: 'close' }).catch(() => this.#child.kill());
    await exit;
    clearTimeout(patience);
  }

  async #request(request: Request): Promise<Reply> {
    const ended = new AbortController();
    const reply = once(this.#child, 'message', { signal: ended.signal });
    const gone = once(this.#child, 'exit', { signal: ended.signal });
    this.#child.send(request);
    try {
      const [answer] = await Promise.race([reply, gone.then(() => [{ ms: 0, error: 'its process ended' }])]);
      const { error } = answer as Reply;
      if (error) throw new Error(`${this.name}, ${request.do}: ${error}`);
      return answer as Reply;
    } finally {
      ended.abort();
      await Promise.allSettled([reply, gone]);
    }
  }
}
