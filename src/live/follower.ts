import { type FollowedEvent, type ToldEvent, toLiveEvent } from './event.js';
import { type Ledger, lostPosition, PAGE_EVENTS, type Wanted } from './ledger.js';
import type { Lookout } from './lookout.js';
import { type Inside, type Place, positionOf } from './position.js';

export interface FollowerParts {
  readonly ledger: Ledger;
  readonly lookout: Lookout;
}

/** Where a follower begins. */
export interface Start {
  readonly place: Place;
  /** The number of the piece of the ring that ends there; absent when the place is older. */
  readonly taken?: number;
}

/** Nothing of the changes between two snapshots yet. */
const FROM_THE_START = { turn: '0', id: '0' };

/**
 * Someone who follows a tenant's changes: an event for each, in commit order, from a position on. It takes them as fast as
 * it is asked, keeps none, and catches up from the ledger when it was too slow for what the process keeps.
 */
export class Follower implements AsyncIterable<FollowedEvent>, AsyncDisposable {
  readonly #parts: FollowerParts;
  readonly #wanted: Wanted;
  readonly #era: number;
  readonly #stopping = new AbortController();
  readonly #onClose: (follower: Follower) => void;
  #place: Place;
  /** The number of the last piece of the ring that was taken; undefined while catching up. */
  #taken: number | undefined;
  #events: AsyncGenerator<FollowedEvent> | undefined;
  #isWaiting = false;

  /** @internal */
  constructor(parts: FollowerParts, wanted: Wanted, start: Start, onClose: (follower: Follower) => void) {
    this.#parts = parts;
    this.#wanted = wanted;
    this.#era = parts.lookout.era;
    this.#place = start.place;
    this.#taken = start.taken;
    this.#onClose = onClose;
  }

  /** After the last event that was taken, or later where nothing that is wanted happened since. */
  get position(): string {
    return positionOf(this.#wanted.tenantId, this.#headIfThere() ?? this.#place);
  }

  /**
   * The events, for one reader. It ends when the follower is closed.
   * @throws AQF_POSITION_LOST when what follows was pruned, or the database is another; AQF_DATABASE_UNAVAILABLE
   */
  [Symbol.asyncIterator](): AsyncIterator<FollowedEvent> {
    this.#events ??= this.#follow();
    return this.#events;
  }

  async close(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#parts.lookout.leave(this.#wanted.tenantId);
    this.#onClose(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *#follow(): AsyncGenerator<FollowedEvent> {
    try {
      while (!this.#stopping.signal.aborted) {
        this.#assertSameEra();
        if (this.#taken === undefined) yield* this.#catchUp();
        else if (this.#taken === this.#parts.lookout.ring.last) await this.#waitAtHead();
        else yield* this.#takePiece(this.#taken + 1);
      }
    } finally {
      await this.close();
    }
  }

  async #waitAtHead(): Promise<void> {
    const { lookout } = this.#parts;
    this.#isWaiting = true;
    await lookout.news(this.#stopping.signal);
    this.#isWaiting = false;
  }

  /** While it waits it goes along with the looks that find nothing. */
  #headIfThere(): Place | undefined {
    const { head, ring, era } = this.#parts.lookout;
    return this.#isWaiting && this.#taken === ring.last && this.#era === era ? head : undefined;
  }

  async *#takePiece(number: number): AsyncGenerator<FollowedEvent> {
    const piece = this.#parts.lookout.ring.get(number);
    if (!piece) {
      this.#taken = undefined;
      return;
    }
    const { server } = this.#place;
    const told = piece.events.get(this.#wanted.tenantId);
    this.#place = { server, at: piece.since };
    if (told === null) yield* this.#read(piece.until);
    else if (told) yield* this.#hand(told, piece.until);
    if (this.#stopping.signal.aborted) return;
    this.#place = { server, at: piece.until };
    this.#taken = number;
  }

  /** To where the lookout is now, and then along with it. */
  async *#catchUp(): AsyncGenerator<FollowedEvent> {
    const { lookout } = this.#parts;
    const { server, inside } = this.#place;
    if (inside) {
      yield* this.#pages(inside);
      if (!this.#stopping.signal.aborted) this.#place = { server, at: inside.until };
      return;
    }
    const taken = lookout.ring.last;
    const until = lookout.head?.at;
    if (until === undefined) return await lookout.fresh();
    if (until !== this.#place.at) yield* this.#read(until);
    if (!this.#stopping.signal.aborted) this.#taken = taken;
  }

  /** All between where it is and a snapshot: as it is, or where it is much, part after part. */
  async *#read(until: string): AsyncGenerator<FollowedEvent> {
    const { server, at } = this.#place;
    const start = { ...FROM_THE_START, until };
    const first = await this.#parts.ledger.page(this.#wanted, this.#place, start);
    const cuts =
      first.length < PAGE_EVENTS ? [] : await this.#parts.ledger.cuts(this.#wanted.tenantId, at, until);
    for (const end of [...cuts, until]) {
      yield* this.#pages({ ...FROM_THE_START, until: end });
      if (this.#stopping.signal.aborted) return;
      this.#place = { server, at: end };
    }
  }

  async *#pages(inside: Inside): AsyncGenerator<FollowedEvent> {
    for (let from = inside; !this.#stopping.signal.aborted; ) {
      const page = await this.#parts.ledger.page(this.#wanted, this.#place, from);
      yield* this.#hand(page, inside.until);
      const last = page.at(-1);
      if (!last || page.length < PAGE_EVENTS) return;
      from = { until: inside.until, turn: last.turn, id: last.id };
    }
  }

  async *#hand(told: readonly ToldEvent[], until: string): AsyncGenerator<FollowedEvent> {
    const { tenantId } = this.#wanted;
    for (const one of told) {
      if (this.#stopping.signal.aborted) return;
      const { turn, id } = one;
      this.#place = { ...this.#place, inside: { until, turn, id } };
      if (this.#wants(one)) yield { position: positionOf(tenantId, this.#place), event: toLiveEvent(one) };
    }
  }

  #wants({ entity, operation, readers = [] }: ToldEvent): boolean {
    const { entities, operations, roles } = this.#wanted;
    const isAsked = (entities?.includes(entity) ?? true) && (operations?.includes(operation) ?? true);
    return isAsked && (roles === null || readers.every((list) => list.some((role) => roles.includes(role))));
  }

  #assertSameEra(): void {
    if (this.#parts.lookout.era !== this.#era) throw lostPosition();
  }
}
