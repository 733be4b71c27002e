import type { ChangeOperation } from '../events/index.js';

/** One committed change of one row, as its tenant is told. */
export interface LiveEvent {
  /** Unique. Ascends with the changes of any one row. */
  readonly id: string;
  readonly entity: string;
  /** The key of the row without the tenant: a single column as text, several as a JSON array. */
  readonly rowId: string;
  /** `delete` is a soft delete where the entity has that trait; `purge` then is the final one. */
  readonly operation: ChangeOperation;
  /** Columns that differ; null unless the operation is an update of some kind. */
  readonly changed: readonly string[] | null;
  readonly revision: number | null;
  readonly actorId: string | null;
  /** When the statement ran, by the clock of the database. */
  readonly at: Date;
}

export interface FollowedEvent {
  /** Right after this event: who follows from here gets all that comes after it, and not this one again. */
  readonly position: string;
  readonly event: LiveEvent;
}

/** An event as the statements tell it. */
export interface ToldEvent extends Omit<LiveEvent, 'at'> {
  readonly at: string;
  /** The last change of its transaction. */
  readonly turn: string;
  /** Of a document in a collection that not everyone may read: who hears of it has a role of each of these lists. */
  readonly readers?: Readers;
}

export type Readers = readonly (readonly string[])[];

/** By the id of an event, where it has any. */
export type ReadersByEvent = Readonly<Record<string, Readers>>;

export function withReaders(
  events: readonly ToldEvent[],
  readers: ReadersByEvent | null,
): readonly ToldEvent[] {
  if (!readers) return events;
  return events.map((event) => {
    const own = readers[event.id];
    return own ? { ...event, readers: own } : event;
  });
}

export function toLiveEvent({ turn: _, readers: __, at, ...rest }: ToldEvent): LiveEvent {
  return { ...rest, at: new Date(at) };
}
