import type { Follower } from '../../live/index.js';
import type { Outbox } from './outbox.js';

export interface SubscriptionParts {
  readonly id: string;
  readonly follower: Follower;
  readonly outbox: Outbox;
  /** Asked for each event: permissions may have changed. */
  mayRead(entity: string): boolean;
}

/** Tells one client what one follower hears, as fast as the client reads. */
export class Subscription {
  readonly #parts: SubscriptionParts;
  #told: string;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#told = parts.follower.position;
  }

  /** Resolves when the follower ended. @throws what ended it */
  async run(): Promise<void> {
    const { id, follower, outbox, mayRead } = this.#parts;
    await outbox.send({ type: 'subscribed', id, position: this.#told });
    for await (const { position, event } of follower) {
      if (!mayRead(event.entity)) continue;
      this.#told = position;
      await outbox.send({ type: 'event', id, position, event });
    }
  }

  /** Tells how far it is, so that a client that heard nothing for long comes back with a position that is not old. */
  tellPosition(): void {
    const { id, follower, outbox } = this.#parts;
    const { position } = follower;
    if (position === this.#told) return;
    this.#told = position;
    void outbox.send({ type: 'position', id, position });
  }

  close(): Promise<void> {
    return this.#parts.follower.close();
  }
}
