import { freePort, RedisServer, type RedisSettings, until } from './redis-server.js';

const SLOTS = 16_384;
const NODES = 3;

/** A Redis Cluster of three primaries, and one replica of each if asked for; every node a server of its own. */
export class RedisCluster {
  /** The primaries as they were at first. */
  readonly primaries: readonly RedisServer[];
  /** The replica of each primary; empty unless asked for. */
  readonly replicas: readonly RedisServer[];

  private constructor(primaries: readonly RedisServer[], replicas: readonly RedisServer[]) {
    this.primaries = primaries;
    this.replicas = replicas;
  }

  /** Takes about a second. */
  static async start({ replicas = 0, settings = {} }: { replicas?: 0 | 1; settings?: RedisSettings } = {}) {
    const servers: RedisServer[] = [];
    for (let index = 0; index < NODES * (1 + replicas); index++) servers.push(await startNode(settings));
    const cluster = new RedisCluster(servers.slice(0, NODES), servers.slice(NODES));
    try {
      await cluster.#join();
    } catch (error) {
      await cluster.remove();
      throw error;
    }
    return cluster;
  }

  get nodes(): { readonly host: string; readonly port: number }[] {
    return this.primaries.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** The primary that has the slot at first: each has a third of them, in order. */
  primaryOf(slot: number): RedisServer {
    return this.primaries[Math.floor((slot * NODES) / SLOTS)] as RedisServer;
  }

  /** Moves a slot with its keys, as a resharding does. @param meanwhile runs when half of the move is done */
  async moveSlot(slot: number, from: RedisServer, to: RedisServer, meanwhile?: () => Promise<unknown>) {
    const [source, target] = [await idOf(from), await idOf(to)];
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', target);
    const keys = (await from.command('CLUSTER', 'GETKEYSINSLOT', slot, 1000)) as string[];
    for (const key of keys) await from.command('MIGRATE', '127.0.0.1', to.port, key, 0, 5000);
    await meanwhile?.();
    for (const server of [to, from, ...this.primaries]) {
      await server.command('CLUSTER', 'SETSLOT', slot, 'NODE', target);
    }
  }

  /** Resolves once every node that runs finds the cluster whole. */
  async whole(): Promise<void> {
    const running = [...this.primaries, ...this.replicas].filter(({ pid }) => pid !== undefined);
    await until('the cluster did not become whole', async () => {
      const infos = await Promise.all(running.map((server) => server.command('CLUSTER', 'INFO')));
      return infos.every((info) => String(info).includes('cluster_state:ok'));
    });
  }

  async remove(): Promise<void> {
    await Promise.all([...this.primaries, ...this.replicas].map((server) => server.remove()));
  }

  async #join(): Promise<void> {
    const [first] = this.primaries as [RedisServer];
    for (const [index, server] of this.primaries.entries()) {
      const from = Math.ceil((index * SLOTS) / NODES);
      const to = Math.ceil(((index + 1) * SLOTS) / NODES) - 1;
      await server.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      await server.command('CLUSTER', 'ADDSLOTSRANGE', from, to);
    }
    for (const server of [...this.primaries, ...this.replicas]) {
      const bus = await first.command('CONFIG', 'GET', 'cluster-port');
      if (server !== first) {
        await server.command('CLUSTER', 'MEET', '127.0.0.1', first.port, (bus as string[])[1] as string);
      }
    }
    await this.whole();
    for (const [index, replica] of this.replicas.entries()) {
      await replicate(replica, this.primaries[index] as RedisServer);
    }
  }
}

async function startNode(settings: RedisSettings): Promise<RedisServer> {
  return RedisServer.start({
    'cluster-enabled': 'yes',
    // By default it is the port + 10000, which for a high port there is not.
    'cluster-port': await freePort(),
    'cluster-node-timeout': 1000,
    ...settings,
  });
}

async function idOf(server: RedisServer): Promise<string> {
  return String(await server.command('CLUSTER', 'MYID'));
}

async function replicate(replica: RedisServer, primary: RedisServer): Promise<void> {
  const id = await idOf(primary);
  await until('the replica did not hear of its primary', async () =>
    String(await replica.command('CLUSTER', 'NODES')).includes(id),
  );
  await replica.command('CLUSTER', 'REPLICATE', id);
  await until('the replica did not follow its primary', async () =>
    String(await replica.command('INFO', 'replication')).includes('master_link_status:up'),
  );
}
