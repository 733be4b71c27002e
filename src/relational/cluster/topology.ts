import { AquiferError } from '../../errors/index.js';
import { judgeClaim } from './claim.js';
import type { Look } from './look.js';
import type { Limits } from './options.js';
import { WalProgress } from './progress.js';
import { replayedUntil } from './replica-lag.js';
import type { Server, ServerFigures } from './server.js';
import { Waiting } from './waiting.js';

/** Progress is remembered for this much longer than the longest lag that anyone asks about. */
const PROGRESS_SPARE_MS = 10_000;

export interface LookTimes {
  /** Milliseconds of `performance.now()`. */
  readonly began: number;
  readonly ended: number;
}

/** A term of office of a primary. */
export interface Reign {
  readonly server: Server;
  /** Aborts when another server takes over. */
  readonly signal: AbortSignal;
}

/**
 * Which server is what. It decides by what the servers say of themselves, and never goes back to an earlier
 * timeline.
 */
export class Topology {
  readonly servers: readonly Server[];
  readonly #limits: Limits;
  readonly #progress: WalProgress;
  readonly #waiting = new Waiting<Reign>();
  readonly #firstRound = new Waiting<void>();
  #reign: { readonly server: Server; readonly ended: AbortController } | undefined;
  #timeline = 0;
  #committed: { readonly at: number; readonly lsn: bigint } | undefined;
  #withoutPrimarySince: number | undefined;
  #refusedLagMs: number | undefined;
  #closed = false;
  /** Until each server was looked at once, no claim is believed: the first to answer may be a former primary. */
  readonly #unseen: Set<Server>;
  /** Called when something should be looked at now. */
  onAlarm: () => void = () => undefined;

  constructor(servers: readonly Server[], limits: Limits) {
    this.servers = servers;
    this.#unseen = new Set(servers);
    this.#limits = limits;
    this.#progress = new WalProgress(Math.max(limits.maxLagMs, limits.lagThresholdMs) + PROGRESS_SPARE_MS);
  }

  /** The primary, unless there is none or something speaks against it that no look has disproved yet. */
  get primary(): Server | undefined {
    const server = this.#reign?.server;
    return server?.up && server.role === 'primary' ? server : undefined;
  }

  /**
   * The moment, of `performance.now()`, by which a read wants to be served what was written. Without a primary that
   * is when it was lost: as far as is known, nothing was written since, and replicas go on serving.
   */
  get readMoment(): number {
    return this.#withoutPrimarySince ?? performance.now();
  }

  figures(): readonly ServerFigures[] {
    const now = performance.now();
    return this.servers.map((server) => server.figures(now));
  }

  /**
   * The primary, as soon as there is one.
   * @throws AQF_FAILOVER_REFUSED, AQF_DATABASE_UNAVAILABLE after `failover.timeoutMs` without one; AQF_LAYER_CLOSED
   */
  async reign(): Promise<Reign> {
    if (this.#closed) throw closedError();
    if (this.primary && this.#reign) return asReign(this.#reign);
    const now = performance.now();
    this.#withoutPrimarySince ??= now;
    const remaining = this.#withoutPrimarySince + this.#limits.timeoutMs - now;
    if (remaining <= 0) throw this.noPrimary();
    return this.#waiting.wait(remaining, () => this.noPrimary());
  }

  /** The next time that there is a primary, however long it takes. @throws AQF_LAYER_CLOSED */
  succession(): Promise<Reign> {
    if (this.#closed) return Promise.reject(closedError());
    return this.#waiting.wait();
  }

  /** What a look at a server showed. */
  answered(server: Server, look: Look, { began, ended }: LookTimes): void {
    server.look = look;
    server.lookedAt = began;
    server.lookEndedAt = ended;
    server.error = undefined;
    this.#unseen.delete(server);
    if (look.standby) this.#sawStandby(server, look, began);
    else this.#sawPrimary(server, look, began);
    this.#review();
  }

  /** A server does not answer. */
  silent(server: Server, error: string): void {
    if (this.primary === server) this.#lose();
    server.error = error;
    this.#unseen.delete(server);
    this.#review();
  }

  /** Resolves when each server was looked at once. @throws AQF_LAYER_CLOSED */
  firstRound(): Promise<void> {
    return this.#unseen.size === 0 ? Promise.resolve() : this.#firstRound.wait();
  }

  /** Something went wrong with a server; until a look shows that it is well, it serves no one. */
  suspect(server: Server): void {
    if (this.primary === server) this.#lose();
    server.suspectedAt = performance.now();
    this.onAlarm();
  }

  /** The log of the primary went at least this far when a commit was acknowledged. */
  committed(lsn: bigint): void {
    if (this.#committed === undefined || lsn > this.#committed.lsn) {
      this.#committed = { at: performance.now(), lsn };
    }
  }

  close(): void {
    this.#closed = true;
    this.#reign?.ended.abort(closedError());
    this.#waiting.fail(closedError());
    this.#firstRound.fail(closedError());
  }

  #lose(): void {
    this.#withoutPrimarySince ??= performance.now();
    this.onAlarm();
  }

  #sawStandby(server: Server, look: Look, began: number): void {
    server.role = 'replica';
    if (server.strayedAt !== look.lsn) server.strayedAt = undefined;
    const strayed = server.strayedAt !== undefined;
    server.caughtUpAt = strayed
      ? undefined
      : replayedUntil(look, began, this.#progress, this.#reign?.server.look);
  }

  #sawPrimary(server: Server, look: Look, began: number): void {
    server.caughtUpAt = undefined;
    const history = { timeline: this.#timeline, progress: this.#progress, committed: this.#committed };
    const verdict = judgeClaim(look, history, this.#limits.maxLagMs);
    server.role = verdict.kind === 'accepted' ? 'primary' : verdict.kind;
    if (verdict.kind === 'lagging') this.#refusedLagMs = verdict.lagMs;
    if (server === this.#reign?.server && verdict.kind === 'accepted') this.#follow(server, look, began);
  }

  /** The highest timeline wins, and whoever is in office stays there while none is higher. */
  #review(): void {
    if (this.#unseen.size > 0) return;
    this.#firstRound.settle();
    const claims = this.servers.filter(({ role, up }) => up && role === 'primary');
    const best = claims.reduce<Server | undefined>(
      (a, b) => (a && timelineOf(a) >= timelineOf(b) ? a : b),
      this.primary,
    );
    if (best && best !== this.#reign?.server) this.#succeed(best);
    const reign = this.#reign;
    if (!this.primary || !reign) return;
    this.#withoutPrimarySince = undefined;
    this.#refusedLagMs = undefined;
    this.#waiting.settle(asReign(reign));
  }

  #succeed(server: Server): void {
    const former = this.#reign;
    this.#reign = { server, ended: new AbortController() };
    this.#progress.reset();
    this.#committed = undefined;
    const fork = server.look?.recoveredTo;
    for (const other of this.servers) {
      // What it has replayed belongs to a history that may have ended; the next looks say.
      other.caughtUpAt = undefined;
      if (other.look && fork !== undefined && other.look.lsn > fork) other.strayedAt = other.look.lsn;
      if (other.role === 'primary' && timelineOf(other) < timelineOf(server)) other.role = 'outdated';
    }
    if (server.look) this.#follow(server, server.look, server.lookedAt);
    former?.ended.abort(new AquiferError('AQF_CONNECTION_LOST', 'Another server is the primary now.'));
  }

  /** How far the primary has written. A replica that was further before has replayed another history. */
  #follow(server: Server, { lsn, timeline = 0 }: Look, began: number): void {
    this.#timeline = timeline;
    if (this.#progress.latest && this.#progress.latest.lsn > lsn) this.#progress.reset();
    this.#progress.saw(began, lsn);
    for (const other of this.servers) {
      if (other === server || !other.look || other.lookEndedAt > began || other.look.lsn <= lsn) continue;
      other.strayedAt = other.look.lsn;
      other.caughtUpAt = undefined;
    }
  }

  /** Why there is no primary. */
  noPrimary(): AquiferError {
    const { timeoutMs, maxLagMs } = this.#limits;
    if (this.#refusedLagMs !== undefined) {
      const lagMs = Number.isFinite(this.#refusedLagMs) ? Math.round(this.#refusedLagMs) : undefined;
      const message = `The new primary lacks ${lagMs === undefined ? 'more than is remembered' : `${lagMs} ms`} of what was committed; at most ${maxLagMs} ms are accepted (relational.failover.maxLagMs).`;
      return new AquiferError('AQF_FAILOVER_REFUSED', message, { facts: { lagMs, maxLagMs } });
    }
    const servers = this.servers.map((server) => `${server.host}: ${describe(server)}`).join('; ');
    const message = `No primary among the servers for ${timeoutMs} ms (relational.failover.timeoutMs): ${servers}`;
    return new AquiferError('AQF_DATABASE_UNAVAILABLE', message);
  }
}

function timelineOf({ look }: Server): number {
  return look?.timeline ?? 0;
}

function describe({ error, role }: Server): string {
  return error ?? (role === 'unknown' ? 'not seen yet' : role);
}

function asReign({ server, ended }: { server: Server; ended: AbortController }): Reign {
  return { server, signal: ended.signal };
}

function closedError(): AquiferError {
  return new AquiferError('AQF_LAYER_CLOSED', 'The database is closed.');
}
