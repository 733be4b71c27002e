import type { Space } from '../memory/space.js';
import type { Lease, SharedTier } from '../shared/shared-tier.js';

const RENEW_EVERY_MS = 1000;

interface Held {
  readonly space: Space;
  readonly keys: readonly string[];
}

/** Keeps the leases of fills under way alive, with one timer for all and none while there are none. */
export class Renewals {
  readonly #shared: SharedTier;
  readonly #held = new Map<Lease, Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(shared: SharedTier) {
    this.#shared = shared;
  }

  hold(lease: Lease, space: Space, keys: readonly string[]): void {
    this.#held.set(lease, { space, keys });
    this.#timer ??= setInterval(this.#renew, RENEW_EVERY_MS).unref();
  }

  drop(lease: Lease): void {
    this.#held.delete(lease);
    if (this.#held.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  readonly #renew = (): void => {
    for (const [lease, { space, keys }] of this.#held) void this.#shared.renew(space, keys, lease);
  };
}
