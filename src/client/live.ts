import { ApiError } from './error.js';
import { LiveConnection } from './live-connection.js';
import type { Connection } from './options.js';
import { backoff, wait } from './retry.js';

/** One committed change of one row. */
export interface LiveEvent {
  readonly id: string;
  readonly entity: string;
  readonly rowId: string;
  readonly operation: 'insert' | 'update' | 'delete' | 'restore' | 'purge';
  /** Columns that differ; null unless the operation is an update of some kind. */
  readonly changed: readonly string[] | null;
  readonly revision: number | null;
  readonly actorId: string | null;
  /** ISO 8601. */
  readonly at: string;
}

export interface LiveChange {
  /** Right after this event: who follows from here gets what comes after it. */
  readonly position: string;
  readonly event: LiveEvent;
}

export interface LiveFollowOptions {
  /** @default all that the key may read */
  readonly entity?: string;
  /** @default all */
  readonly operations?: readonly LiveEvent['operation'][];
  /** Where an earlier one was. @default now */
  readonly position?: string;
  readonly signal?: AbortSignal;
  /** Told when a connection follows, also again after one was lost, and where it begins. */
  onFollowing?(position: string): void;
  /** Told when a connection was lost, or could not be made: another is tried. */
  onDisconnected?(error: ApiError | undefined): void;
  /** Events were missed that are not kept any more: read the state anew. What comes after now is told. */
  onLost?(): void;
}

/** Answers that will be the same at the next attempt. */
function isFinal({ code }: ApiError): boolean {
  return /^AQF_(ARGUMENT|CREDENTIAL_(INVALID|MISSING)|PERMISSION|POSITION)/.test(code);
}

/** Follows over one connection after the other, each from where the one before was. */
export async function* follow(
  connection: Connection,
  options: LiveFollowOptions = {},
): AsyncGenerator<LiveChange> {
  const { position: start, ...rest } = options;
  const { signal, onLost } = rest;
  let position = start;
  for (let attempt = 0; !signal?.aborted; attempt++) {
    const live = new LiveConnection(connection, { ...rest, ...(position !== undefined && { position }) });
    try {
      position = await live.open();
      attempt = -1;
      rest.onFollowing?.(position);
      for await (const change of live.changes()) {
        position = change.position;
        if (change.event) yield { position, event: change.event };
      }
      if (!signal?.aborted) rest.onDisconnected?.(undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'AQF_POSITION_LOST' && onLost) {
        position = undefined;
        onLost();
      } else if (isFinal(error)) throw error;
      else if (!signal?.aborted) rest.onDisconnected?.(error);
    } finally {
      live.close();
    }
    await wait(backoff(attempt + 1), signal).catch(() => undefined);
  }
}
