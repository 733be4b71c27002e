import { AquiferError } from '../errors/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { Follower, type FollowerParts, type Start } from './follower.js';
import { Ledger, type Wanted } from './ledger.js';
import { Lookout, type LookoutOptions } from './lookout.js';
import { checkFollowOptions, type FollowOptions } from './options.js';
import { type Place, placeOf } from './position.js';

export type LiveOptions = LookoutOptions;

/** Followers of tenants' changes in this process. */
export class Live {
  readonly #parts: FollowerParts;
  readonly #followers = new Set<Follower>();
  #isClosed = false;

  constructor(relational: RelationalProvider, options: LiveOptions = {}) {
    const ledger = new Ledger(relational);
    this.#parts = { ledger, lookout: new Lookout(relational, ledger, options) };
  }

  /** Statements that were sent to see what is new: as many for one follower as for many. */
  get looks(): number {
    return this.#parts.lookout.looks;
  }

  /**
   * Follows one tenant's changes; resolves when nothing that commits from now on can be missed.
   * @param roles of who follows: of documents in collections that none of them may read nothing is told; null for all
   * @throws AQF_ARGUMENT_INVALID; AQF_POSITION_LOST; AQF_DATABASE_UNAVAILABLE
   */
  async follow(
    tenantId: string,
    options: FollowOptions = {},
    roles: readonly string[] | null = null,
  ): Promise<Follower> {
    const { entity, operations = null, position, signal } = checkFollowOptions(options);
    const place = position === undefined ? undefined : placeOf(tenantId, position);
    const wanted = { tenantId, entities: entity === undefined ? null : [entity], operations, roles };
    this.#assertOpen();
    this.#parts.lookout.join(tenantId);
    try {
      const start = await this.#start(wanted, place);
      this.#assertOpen();
      return this.#follower(wanted, start, signal);
    } catch (error) {
      this.#parts.lookout.leave(tenantId);
      throw error;
    }
  }

  /** Ends all followers. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const follower of [...this.#followers]) await follower.close();
    await this.#parts.lookout.close();
  }

  async #start(wanted: Wanted, place: Place | undefined): Promise<Start> {
    const { ledger, lookout } = this.#parts;
    if (place) await ledger.assertKept(wanted, place);
    await lookout.fresh();
    const { head, ring } = lookout;
    if (!head) throw new AquiferError('AQF_INTERNAL', 'A look that succeeded has a head.');
    return place ? { place } : { place: head, taken: ring.last };
  }

  #follower(wanted: Wanted, start: Start, signal: AbortSignal | undefined): Follower {
    const end = () => void follower.close();
    const follower = new Follower(this.#parts, wanted, start, () => {
      signal?.removeEventListener('abort', end);
      this.#followers.delete(follower);
    });
    this.#followers.add(follower);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
    return follower;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new AquiferError('AQF_LAYER_CLOSED', 'The data layer is closed.');
  }
}
