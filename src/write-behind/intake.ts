import type { Journal } from './journal.js';
import { Lane } from './lane.js';
import type { QueueSettings } from './options.js';
import type { Write } from './write.js';

const MOST_IDLE_LANES = 1000;

/** The lanes of the tenants that put something lately. */
export class Intake {
  readonly #journal: Journal;
  readonly #settings: QueueSettings;
  readonly #added: (keys: number) => void;
  readonly #lanes = new Map<string, Lane>();

  constructor(journal: Journal, settings: QueueSettings, added: (keys: number) => void) {
    this.#journal = journal;
    this.#settings = settings;
    this.#added = added;
  }

  put(tenantId: string, write: Write): Promise<void> {
    return this.#laneOf(tenantId).put(write);
  }

  removed(tenantId: string, keys: number): void {
    this.#lanes.get(tenantId)?.removed(keys);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
    this.#lanes.clear();
  }

  /** The one used last stands last. */
  #laneOf(tenantId: string): Lane {
    const lane = this.#lanes.get(tenantId) ?? new Lane(this.#journal, tenantId, this.#settings, this.#added);
    this.#lanes.delete(tenantId);
    this.#lanes.set(tenantId, lane);
    if (this.#lanes.size > MOST_IDLE_LANES) this.#dropIdle();
    return lane;
  }

  #dropIdle(): void {
    for (const [tenantId, lane] of this.#lanes) {
      if (this.#lanes.size <= MOST_IDLE_LANES) return;
      if (lane.isIdle) this.#lanes.delete(tenantId);
    }
  }
}
