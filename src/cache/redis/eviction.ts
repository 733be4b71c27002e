import { AquiferError } from '../../errors/index.js';
import { REDIS_DATABASES, type RedisPurpose } from './databases.js';

/** What of a client of ioredis is needed to ask: a type of its own, since ioredis may not be installed. */
export interface AskedClient {
  info(section: string): Promise<string>;
  config(subcommand: 'GET', name: string): Promise<unknown>;
  duplicate(settings: { db: number; lazyConnect: boolean; retryStrategy: () => null }): AskedDuplicate;
}

export interface AskedDuplicate {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  scan(
    cursor: string,
    match: 'MATCH',
    pattern: string,
    count: 'COUNT',
    amount: number,
  ): Promise<[cursor: string, keys: string[]]>;
  disconnect(): void;
}

/** What a server does when its memory is full, and whether that suits its purpose. */
export interface EvictionCheck {
  /** As Redis names it; undefined when the server does not tell. */
  readonly policy: string | undefined;
  /** What does not suit, where the server works nevertheless. */
  readonly warning: string | undefined;
}

/** Whether queues are kept on the server of a cache. Where it is not said, jobs of BullMQ are looked for. */
export interface EvictionNeighbours {
  readonly queues?: 'here' | 'elsewhere';
}

interface Memory {
  readonly policy: string | undefined;
  readonly limited: boolean;
}

/**
 * Whether what is kept on this server may be evicted when its memory is full. Databases of a server share its memory: a
 * cache with `allkeys-lru` evicts the jobs of the queue beside it.
 * @throws AQF_CACHE_STORE_REFUSED when jobs would be lost
 */
export async function checkEviction(
  client: AskedClient,
  purpose: RedisPurpose,
  neighbours: EvictionNeighbours = {},
): Promise<EvictionCheck> {
  const { policy, limited } = await readMemory(client);
  if (policy === undefined) return { policy, warning: 'the server does not tell its maxmemory-policy' };
  if (purpose === 'queues') return checkQueues(policy);
  if (purpose === 'cache') return checkCache(client, { policy, limited }, neighbours);
  const evicts = limited && policy.startsWith('allkeys');
  return {
    policy,
    warning: evicts ? `with maxmemory-policy ${policy} ${purpose} may be evicted` : undefined,
  };
}

function checkQueues(policy: string): EvictionCheck {
  if (policy === 'noeviction') return { policy, warning: undefined };
  throw refused('A queue loses jobs', policy, 'maxmemory-policy noeviction');
}

async function checkCache(
  client: AskedClient,
  { policy, limited }: Memory,
  { queues }: EvictionNeighbours,
): Promise<EvictionCheck> {
  if (
    policy?.startsWith('allkeys') &&
    (queues === 'here' || (queues === undefined && (await holdsJobs(client))))
  ) {
    throw refused('The cache shares its server with queues, which lose jobs', policy, 'a server of its own');
  }
  const full = limited && policy === 'noeviction';
  return {
    policy,
    warning: full ? 'with maxmemory-policy noeviction a full cache stores nothing new' : undefined,
  };
}

/** Managed servers forbid CONFIG, but say the same in INFO. */
async function readMemory(client: AskedClient): Promise<Memory> {
  const info = await client.info('memory').catch(() => '');
  const policy = field(info, 'maxmemory_policy') ?? (await setting(client, 'maxmemory-policy'));
  const limit = field(info, 'maxmemory') ?? (await setting(client, 'maxmemory')) ?? '0';
  return { policy, limited: limit !== '0' };
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
}

async function setting(client: AskedClient, name: string): Promise<string | undefined> {
  const reply = await client.config('GET', name).catch(() => []);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

/** Looks on a connection of its own, since it has to select the database. */
async function holdsJobs(client: AskedClient): Promise<boolean> {
  const looking = client.duplicate({
    db: REDIS_DATABASES.queues,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  looking.on('error', () => undefined);
  try {
    await looking.connect();
    return await hasKey(looking, 'bull:*');
  } catch {
    return false;
  } finally {
    looking.disconnect();
  }
}

/** BullMQ keeps `bull:<queue>:meta` for each queue, of few; among many other keys the look ends after some. */
async function hasKey(client: AskedDuplicate, pattern: string): Promise<boolean> {
  let cursor = '0';
  for (let looks = 0; looks < 100; looks++) {
    const [next, keys] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
    if (keys.length > 0) return true;
    if (next === '0') return false;
    cursor = next;
  }
  return false;
}

function refused(loss: string, policy: string, needed: string): AquiferError {
  return new AquiferError(
    'AQF_CACHE_STORE_REFUSED',
    `${loss} with maxmemory-policy ${policy}; needed is ${needed}.`,
    { facts: { store: 'redis', policy } },
  );
}
