import { setImmediate as turn } from 'node:timers/promises';
import { AquiferError, isAquiferError } from '../errors/index.js';
import type { TenantContext } from '../relational/index.js';
import { type Deferred, deferred } from './deferred.js';
import type { Journal } from './journal.js';
import type { QueueSettings } from './options.js';
import { Room } from './room.js';
import type { Write } from './write.js';

const MOST_AT_ONCE = 1000;
const MOST_CHARACTERS_AT_ONCE = 8_388_608;
const LOOK_FOR_ROOM_EVERY_MS = 250;

interface Gathered {
  write: Write;
  readonly done: Deferred;
}

interface Waiting {
  readonly write: Write;
  readonly done: Deferred;
  readonly timer: NodeJS.Timeout;
}

/**
 * The puts of one tenant in this process on their way into the journal: one statement at a time, so that the puts of
 * a key land in their order, and those made meanwhile go together in the next.
 */
export class Lane {
  readonly #journal: Journal;
  readonly #context: TenantContext;
  readonly #settings: QueueSettings;
  readonly #added: (keys: number) => void;
  readonly #room: Room;
  readonly #gathered = new Map<string, Gathered>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #underWay = 0;
  #lookingForRoom: NodeJS.Timeout | undefined;

  constructor(journal: Journal, tenantId: string, settings: QueueSettings, added: (keys: number) => void) {
    this.#journal = journal;
    this.#context = { kind: 'tenant', tenantId };
    this.#settings = settings;
    this.#added = added;
    this.#room = new Room(settings.maxPending);
  }

  get isIdle(): boolean {
    return !this.#writing && this.#waiting.length === 0;
  }

  /** Resolves when the write is committed. @throws AQF_WRITE_BEHIND_FULL; what the database gives */
  put(write: Write): Promise<void> {
    if (this.#waiting.length > 0) return this.#wait(write);
    if (this.#gathered.has(write.key) || this.#hasRoom()) return this.#gather(write);
    return this.#wait(write);
  }

  /** Keys of this tenant left the journal. */
  removed(keys: number): void {
    this.#room.removed(keys);
    this.#admit();
  }

  /** Refuses the puts that wait for room, and lets the others end. */
  async close(): Promise<void> {
    const refusal = new AquiferError('AQF_LAYER_CLOSED', 'The write-behind queue is closed.');
    for (const { done, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      done.reject(refusal);
    }
    this.#stopLookingForRoom();
    await this.#writing;
  }

  #hasRoom(): boolean {
    return this.#room.has(this.#gathered.size + this.#underWay);
  }

  #gather(write: Write): Promise<void> {
    const gathered = this.#gathered.get(write.key) ?? { write, done: deferred() };
    gathered.write = write;
    this.#gathered.set(write.key, gathered);
    this.#writing ??= this.#writeAll();
    return gathered.done.promise;
  }

  async #writeAll(): Promise<void> {
    await turn();
    while (this.#gathered.size > 0) {
      const batch = this.#takeBatch();
      this.#underWay = batch.length;
      await this.#write(batch);
      this.#underWay = 0;
      this.#admit();
    }
    this.#writing = undefined;
  }

  #takeBatch(): Gathered[] {
    const batch: Gathered[] = [];
    let characters = 0;
    for (const [key, gathered] of this.#gathered) {
      characters += gathered.write.json.length;
      if (batch.length > 0 && characters > MOST_CHARACTERS_AT_ONCE) break;
      batch.push(gathered);
      this.#gathered.delete(key);
      if (batch.length === MOST_AT_ONCE) break;
    }
    return batch;
  }

  async #write(batch: readonly Gathered[]): Promise<void> {
    try {
      const writes = batch.map(({ write }) => write);
      const { added, before } = await this.#journal.write(this.#context, writes, {
        count: this.#room.isStale,
      });
      if (before !== null) this.#room.counted(before);
      this.#room.added(added);
      this.#added(added);
      for (const { done } of batch) done.resolve();
    } catch (error) {
      if (batch.length > 1 && mayBeOfOne(error)) {
        for (const gathered of batch) await this.#write([gathered]);
        return;
      }
      for (const { done } of batch) done.reject(error);
    }
  }

  #wait(write: Write): Promise<void> {
    const { fullWaitMs, maxPending, name } = this.#settings;
    const done = deferred();
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((waiting) => waiting.done !== done);
      if (this.#waiting.length === 0) this.#stopLookingForRoom();
      const message = `${maxPending} keys of this tenant wait in "${name}" already.`;
      done.reject(new AquiferError('AQF_WRITE_BEHIND_FULL', message, { facts: { queue: name, maxPending } }));
    }, fullWaitMs);
    this.#waiting.push({ write, done, timer });
    this.#lookingForRoom ??= setInterval(() => void this.#lookForRoom(), LOOK_FOR_ROOM_EVERY_MS);
    return done.promise;
  }

  /** Another process may be the one that flushes. */
  async #lookForRoom(): Promise<void> {
    try {
      this.#room.counted(await this.#journal.count(this.#context));
    } catch {
      return; // Who waits is told when the time is over.
    }
    this.#admit();
  }

  #admit(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) {
      const next = this.#waiting.shift() as Waiting;
      clearTimeout(next.timer);
      this.#gather(next.write).then(next.done.resolve, next.done.reject);
    }
    if (this.#waiting.length === 0) this.#stopLookingForRoom();
  }

  #stopLookingForRoom(): void {
    clearInterval(this.#lookingForRoom);
    this.#lookingForRoom = undefined;
  }
}

/** Whether one write may be the reason that a batch failed: not where the database was away. */
function mayBeOfOne(error: unknown): boolean {
  return !isAquiferError(error) || error.status < 503;
}
