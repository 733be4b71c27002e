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

/** What is left to a credential after a request. */
export interface Counted {
  readonly limit: number;
  readonly remaining: number;
  /** Until the next is taken; 0 when this one was. */
  readonly waitSeconds: number;
}

/** @throws AQF_RATE_LIMITED for one too many */
export function assertTaken({ waitSeconds }: Counted): void {
  if (waitSeconds === 0) return;
  throw new AquiferError('AQF_RATE_LIMITED', `Too many requests. The next is taken in ${waitSeconds} s.`);
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

  /** Counts one request; undefined where it cannot be counted. */
  async count({ tenantId, credential }: Principal): Promise<Counted | undefined> {
    const taken = await this.#take(tenantId, credential);
    if (!taken) return undefined;
    return {
      limit: this.#limits.credential.burst,
      remaining: Math.max(0, Math.floor(taken.remaining[0] ?? 0)),
      waitSeconds: Math.ceil(taken.wait),
    };
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
