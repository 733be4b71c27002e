/** A Redis server: `redis://user:password@host:6379/2`, or `rediss://` for TLS. */
export interface RedisQueueOptions {
  readonly url: string;
  /** In front of every key; in braces, so that a cluster keeps a queue together. @default '{aq:jobs}' */
  readonly prefix?: string;
}
