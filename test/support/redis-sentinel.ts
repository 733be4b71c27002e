import { RedisServer, type RedisSettings, until } from './redis-server.js';

const NAME = 'aquifer';

/** A primary, a replica of it, and one sentinel that fails over within a second. */
export class RedisSentinelGroup {
  readonly name = NAME;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  readonly sentinel: RedisServer;

  private constructor(primary: RedisServer, replica: RedisServer, sentinel: RedisServer) {
    this.primary = primary;
    this.replica = replica;
    this.sentinel = sentinel;
  }

  static async start(settings: RedisSettings = {}): Promise<RedisSentinelGroup> {
    const primary = await RedisServer.start(settings);
    const replica = await RedisServer.start({ ...settings, replicaof: `127.0.0.1 ${primary.port}` });
    const sentinel = await RedisServer.startSentinel({
      [`sentinel monitor ${NAME}`]: `127.0.0.1 ${primary.port} 1`,
      [`sentinel down-after-milliseconds ${NAME}`]: 300,
      [`sentinel failover-timeout ${NAME}`]: 2000,
    });
    const group = new RedisSentinelGroup(primary, replica, sentinel);
    await until('the sentinel did not hear of the replica', async () => group.#replicaKnown());
    return group;
  }

  get sentinels(): { readonly host: string; readonly port: number }[] {
    return [{ host: '127.0.0.1', port: this.sentinel.port }];
  }

  /** Resolves once the sentinel names this server as the primary, and it is one. */
  async leads(server: RedisServer): Promise<void> {
    // Connections to a server are ended when it is promoted, this one too.
    const leading = () => this.#isLed(server).catch(() => false);
    await until(`port ${server.port} did not become the primary`, leading);
  }

  /** Makes the replica the primary while both run. */
  async failOver(): Promise<void> {
    const asked = () => this.sentinel.command('SENTINEL', 'FAILOVER', NAME);
    // Refused until the sentinel has found the replica in good health.
    await until('the sentinel refused to fail over', async () => asked().then(Boolean, () => false));
    await this.leads(this.replica);
  }

  async remove(): Promise<void> {
    for (const server of [this.sentinel, this.replica, this.primary]) await server.remove();
  }

  async #isLed(by: RedisServer): Promise<boolean> {
    const [, port] = (await this.sentinel.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as string[];
    const [role] = (await by.command('ROLE')) as string[];
    return Number(port) === by.port && role === 'master';
  }

  async #replicaKnown(): Promise<boolean> {
    const replicas = (await this.sentinel.command('SENTINEL', 'REPLICAS', NAME)) as string[][];
    const [replica] = replicas;
    return (
      replica?.includes('slave') === true &&
      String(await this.replica.command('INFO')).includes('link_status:up')
    );
  }
}
