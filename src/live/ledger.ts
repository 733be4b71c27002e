import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, Row, Statement, SystemContext } from '../relational/index.js';
import { type ReadersByEvent, type ToldEvent, withReaders } from './event.js';
import type { Inside, Place } from './position.js';
import * as queries from './queries.js';
import { Shared } from './shared.js';
import { Turnstile } from './turnstile.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'live events' };

/** Events of a page, and of a part of a long way back. */
export const PAGE_EVENTS = 1000;
/** Who catches up must not hold all connections: a server that starts has many who do. */
const READERS = 2;

export interface Look {
  readonly until: string;
  readonly here: string;
  /** What happened since cannot be told: the server is another. */
  readonly lost: boolean;
  /** By tenant; null in place of more than a page. */
  readonly events: Readonly<Record<string, readonly ToldEvent[] | null>>;
}

/** Events, and apart from them who may hear of some. */
interface Told<T> {
  readonly events: T | null;
  readonly readers: ReadersByEvent | null;
}

/** What one follower wants of the ledger. */
export interface Wanted {
  readonly tenantId: string;
  readonly entities: readonly string[] | null;
  readonly operations: readonly string[] | null;
  /** Of who follows; null where he hears of every collection. */
  readonly roles: readonly string[] | null;
}

/** The ledger, as followers read it. */
export class Ledger {
  readonly #relational: RelationalProvider;
  readonly #pages = new Shared<readonly ToldEvent[]>({ most: 16, keptMs: 1000 });
  readonly #cuts = new Shared<readonly string[]>({ most: 16, keptMs: 1000 });
  readonly #readers = new Turnstile(READERS);

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  /** What tenants did since a place, and where that ends; without a place, only where now is. */
  async look(tenants: readonly string[], since: Place | undefined): Promise<Look> {
    const values = [tenants, since?.at ?? null, since?.server ?? '', PAGE_EVENTS];
    type Answer = Row & Omit<Look, 'events'> & Told<Look['events']>;
    const [look] = await this.#ask<Answer>({ ...queries.LOOK, values });
    if (!look) throw new AquiferError('AQF_INTERNAL', 'A look at the ledger has no answer.');
    const { events, readers, ...rest } = look;
    const told = Object.entries(events ?? {}).map(([tenant, its]) => [
      tenant,
      its && withReaders(its, readers),
    ]);
    return { ...rest, events: Object.fromEntries(told) };
  }

  /** @throws AQF_POSITION_LOST */
  async assertKept({ tenantId, entities }: Wanted, { at, server }: Place): Promise<void> {
    const values = [tenantId, at, server, entities];
    const [row] = await this.#ask<{ lost: boolean }>({ ...queries.LOST, values });
    if (row?.lost) throw lostPosition();
  }

  /** What follows in the changes from a place to a snapshot; fewer than a page when they end. @throws AQF_POSITION_LOST */
  page(wanted: Wanted, place: Place, inside: Inside): Promise<readonly ToldEvent[]> {
    const { tenantId, entities, operations } = wanted;
    const { until, turn, id } = inside;
    const values = [tenantId, place.at, until, turn, id, place.server, entities, operations, PAGE_EVENTS];
    return this.#pages.read(JSON.stringify(values), () =>
      this.#readers.pass(async () => {
        type Answer = Row & Told<readonly ToldEvent[]> & { readonly lost: boolean };
        const [row] = await this.#ask<Answer>({ ...queries.PAGE, values });
        if (row?.lost) throw lostPosition();
        return withReaders(row?.events ?? [], row?.readers ?? null);
      }),
    );
  }

  /** Snapshots between two, with about a page of a tenant's events between them. */
  cuts(tenantId: string, since: string, until: string): Promise<readonly string[]> {
    const values = [tenantId, since, until, PAGE_EVENTS];
    return this.#cuts.read(JSON.stringify(values), () =>
      this.#readers.pass(async () => {
        const rows = await this.#ask<{ cut: string }>({ ...queries.CUTS, values });
        return rows.map(({ cut }) => cut);
      }),
    );
  }

  async #ask<R extends Row>(statement: Statement): Promise<R[]> {
    return (await this.#relational.query<R>(CONTEXT, statement)).rows;
  }
}

export function lostPosition(): AquiferError {
  return new AquiferError('AQF_POSITION_LOST', 'What happened since this position is not known any more.');
}
