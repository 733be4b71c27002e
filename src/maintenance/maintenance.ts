import { messageOf } from '../errors/index.js';
import { pruneEvents } from '../events/index.js';
import type { RelationalProvider } from '../relational/index.js';
import { indexGrownSpaces } from '../vectors/index.js';
import type { Housekeeping } from './housekeeping.js';
import {
  type MaintenanceProblem,
  type MaintenanceReport,
  prepareMonths,
  purgeExpired,
  removeExpiredDocuments,
  sealAudit,
} from './tasks.js';

const SEAL_EVERY_MS = 5_000;
const ROUND_EVERY_MS = 600_000;

/** What the database needs done from time to time. One process at a time does it. */
export class Maintenance {
  readonly #relational: RelationalProvider;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<unknown>>();

  #housekeeping: Housekeeping | undefined;

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  /** What rooms above have done in each round. */
  include(housekeeping: Housekeeping): void {
    this.#housekeeping = housekeeping;
  }

  /** One whole round now; undefined when another process is at it. */
  async run(): Promise<MaintenanceReport | undefined> {
    let report: MaintenanceReport | undefined;
    await this.#relational.exclusively('maintenance', async () => {
      const unprepared = await this.#prepareMonths();
      const sealed = await sealAudit(this.#relational);
      const { purged, problems } = await purgeExpired(this.#relational);
      const pruned = await pruneEvents(this.#relational);
      const expired = await removeExpiredDocuments(this.#relational);
      const { built: indexed, problems: unindexed } = await indexGrownSpaces(this.#relational);
      const vectors = unindexed.map(({ problem }) => ({ entity: 'aquifer.vectors', problem }));
      const trashed = (await this.#housekeeping?.emptyTrash()) ?? 0;
      const files = await this.#sweepFiles();
      report = {
        sealed,
        pruned,
        purged,
        expired,
        indexed,
        trashed,
        files: files.removed,
        problems: [...unprepared, ...problems, ...vectors, ...files.problems],
      };
    });
    return report;
  }

  /** Seals the audit every 5 seconds and does a whole round every 10 minutes, until it is stopped. */
  start(): void {
    if (this.#timers.length > 0) return;
    this.#every(SEAL_EVERY_MS, () =>
      this.#relational.exclusively('seal', async () => void (await this.#seal())),
    );
    this.#every(ROUND_EVERY_MS, () => this.run());
  }

  /** Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.allSettled(this.#running);
  }

  /** For the owner alone; until someone is, the default partition takes what comes. */
  async #prepareMonths(): Promise<MaintenanceProblem[]> {
    try {
      await prepareMonths(this.#relational);
      return [];
    } catch (error) {
      return [{ entity: 'aquifer.changes', problem: messageOf(error) }];
    }
  }

  /** A store that does not answer holds up nothing else. */
  async #sweepFiles(): Promise<{ removed: number; problems: MaintenanceProblem[] }> {
    try {
      return { removed: (await this.#housekeeping?.sweepFiles()) ?? 0, problems: [] };
    } catch (error) {
      return { removed: 0, problems: [{ entity: 'aquifer.files', problem: messageOf(error) }] };
    }
  }

  #seal(): Promise<number> {
    return sealAudit(this.#relational);
  }

  /** A round that fails comes again; the database's health tells why. */
  #every(ms: number, task: () => Promise<unknown>): void {
    const timer = setInterval(() => {
      if (this.#running.size > 0) return;
      const running = task()
        .catch(() => undefined)
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, ms);
    timer.unref();
    this.#timers.push(timer);
  }
}
