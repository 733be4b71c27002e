import type { FastifyReply } from 'fastify';
import type { Principal } from '../accounts/index.js';
import { AquiferError } from '../errors/index.js';
import type { Log } from '../logging/index.js';
import type { BucketStore, Taken } from '../rate-limits/index.js';

export interface Rate {
  /** Requests a second, for ever. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
}

export interface RateLimits {
  readonly credential: Rate;
  readonly tenant: Rate;
}

/** Counts requests by credential and by tenant. */
export class RateLimiter {
  readonly #buckets: BucketStore;
  readonly #limits: RateLimits;
  readonly #log: Log;

  constructor(buckets: BucketStore, limits: RateLimits, log: Log) {
    this.#buckets = buckets;
    this.#limits = limits;
    this.#log = log;
  }

  /** @throws AQF_RATE_LIMITED, with `retry-after` */
  async take({ tenantId, credential }: Principal, reply: FastifyReply): Promise<void> {
    const taken = await this.#take(tenantId, credential);
    if (!taken) return;
    const { burst } = this.#limits.credential;
    reply.header('ratelimit-limit', burst);
    reply.header('ratelimit-remaining', Math.max(0, Math.floor(taken.remaining[0] ?? 0)));
    if (taken.wait === 0) return;
    const seconds = Math.ceil(taken.wait);
    reply.header('retry-after', seconds);
    throw new AquiferError('AQF_RATE_LIMITED', `Too many requests. The next is taken in ${seconds} s.`);
  }

  /** A store that is down must not close the door: requests pass uncounted. */
  async #take(tenantId: string, credential: string): Promise<Taken | undefined> {
    const { credential: ofCredential, tenant } = this.#limits;
    try {
      return await this.#buckets.take([
        {
          name: `{${tenantId}}:${credential}`,
          capacity: ofCredential.burst,
          perSecond: ofCredential.perSecond,
        },
        { name: `{${tenantId}}`, capacity: tenant.burst, perSecond: tenant.perSecond },
      ]);
    } catch (error) {
      this.#log.warn({ err: error }, 'rate limits cannot be counted');
      return undefined;
    }
  }
}
