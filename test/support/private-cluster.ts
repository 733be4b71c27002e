import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POSTGRES_PROGRAMS, PrivateNode, RUN_AS } from './private-node.js';

export interface PrivateClusterOptions {
  /** @default 1 */
  readonly standbys?: number;
  /** `synchronous_standby_names` of the first primary, such as `FIRST 1 (*)`. @default '' */
  readonly synchronous?: string;
  /** More settings for every node. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Killed processes would leave segments in /dev/shm; in the data folder they go with it.
  dynamic_shared_memory_type: 'mmap',
  fsync: 'off',
  shared_buffers: '16MB',
  max_connections: 100,
  wal_level: 'replica',
  wal_keep_size: '64MB',
  wal_retrieve_retry_interval: '100ms',
} as const;

/** Whether private clusters can be started here; says why when not. @throws Error where `CI` is `true` and not */
export function privateClusterAvailable(): boolean {
  const reason = lacking();
  if (reason === undefined) return true;
  const message = `${reason}; scripts/services up installs PostgreSQL natively`;
  if (process.env.CI === 'true') throw new Error(`CI needs private PostgreSQL clusters: ${message}`);
  console.log(`Skipped, no private PostgreSQL cluster: ${message}`);
  return false;
}

function lacking(): string | undefined {
  if (!existsSync('/proc/self/cwd')) return 'it needs /proc, which Linux has';
  if (!existsSync(join(POSTGRES_PROGRAMS, 'postgres')))
    return `no PostgreSQL programs in ${POSTGRES_PROGRAMS}`;
  return undefined;
}

/** A primary and its streaming hot standbys, in a temporary folder that `stop` removes. */
export class PrivateCluster {
  /** The first of them starts as the primary. */
  readonly nodes: readonly PrivateNode[];
  readonly #folder: string;

  private constructor(folder: string, nodes: readonly PrivateNode[]) {
    this.#folder = folder;
    this.nodes = nodes;
  }

  /** Takes about a second. */
  static async start({ standbys = 1, synchronous = '', settings = {} }: PrivateClusterOptions = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'aquifer-cluster-'));
    if (RUN_AS.uid !== undefined) chownSync(folder, RUN_AS.uid, RUN_AS.gid);
    const nodes: PrivateNode[] = [];
    for (let index = 0; index <= standbys; index++) {
      nodes.push(new PrivateNode(`node${index}`, await freePort(), join(folder, `node${index}`)));
    }
    const cluster = new PrivateCluster(folder, nodes);
    try {
      await cluster.#create(synchronous, settings);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  node(index: number): PrivateNode {
    const node = this.nodes[index];
    if (!node) throw new RangeError(`no node ${index}`);
    return node;
  }

  /** Promotes a standby and lets the other living standbys follow it. */
  async promote(index: number): Promise<void> {
    const promoted = this.node(index);
    await promoted.promote();
    for (const other of this.nodes) {
      if (other !== promoted && other.isStandby && other.processes().length > 0)
        await follow(other, promoted);
    }
  }

  /** The standby gets nothing from its primary any more. */
  async detach(standby: number): Promise<void> {
    this.node(standby).configure({ primary_conninfo: '' });
    await this.node(standby).sql('select pg_reload_conf()');
    await this.node(standby).until('select count(*) = 0 from pg_stat_wal_receiver');
  }

  /** Resolves once a standby has replayed all that the primary has written until now. */
  async caughtUp(standby: number, primary = 0): Promise<void> {
    const [row] = await this.node(primary).sql<{ lsn: string }>(
      'select pg_current_wal_flush_lsn()::text as lsn',
    );
    await this.node(standby).until(`select pg_last_wal_replay_lsn() >= '${row?.lsn}'`);
  }

  /** Every process gone, the folder removed; safe to call twice. */
  async stop(): Promise<void> {
    for (const node of this.nodes) await node.kill9();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A cold copy of a new primary is the base of its standbys: no backup has to be taken. */
  async #create(synchronous: string, settings: Readonly<Record<string, string | number>>): Promise<void> {
    const primary = this.node(0);
    initialise(primary);
    primary.configure({ ...SETTINGS, ...settings });
    for (const standby of this.nodes.slice(1)) {
      cpSync(primary.data, standby.data, { recursive: true });
      if (RUN_AS.uid !== undefined)
        execFileSync('chown', ['-R', `${RUN_AS.uid}:${RUN_AS.gid}`, standby.data]);
      standby.configure({ port: standby.port, primary_conninfo: conninfo(standby, primary) });
      writeFileSync(join(standby.data, 'standby.signal'), '');
    }
    primary.configure({ port: primary.port });
    await Promise.all(this.nodes.map((node) => node.start()));
    const attached = `select count(*) = ${this.nodes.length - 1} from pg_stat_replication where state = 'streaming'`;
    await primary.until(attached);
    // Only now: before its standby is attached, a synchronous primary would let nothing commit.
    if (synchronous === '') return;
    primary.configure({ synchronous_standby_names: synchronous });
    await primary.sql('select pg_reload_conf()');
    await primary.until(
      `select count(*) > 0 from pg_stat_replication where sync_state in ('sync', 'quorum')`,
    );
  }
}

function initialise(node: PrivateNode): void {
  const options = ['-D', node.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(join(POSTGRES_PROGRAMS, 'initdb'), [...options, '--no-sync', '--wal-segsize=1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...RUN_AS,
  });
}

async function follow(standby: PrivateNode, primary: PrivateNode): Promise<void> {
  standby.configure({ primary_conninfo: conninfo(standby, primary) });
  await standby.sql('select pg_reload_conf()');
}

function conninfo(standby: PrivateNode, primary: PrivateNode): string {
  return `host=127.0.0.1 port=${primary.port} user=postgres application_name=${standby.name}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
