import {
  Cache,
  DEFAULT_POLICY,
  Engine,
  entityTag,
  type InvalidationJournal,
  markOfTenant,
  marksOfTags,
  policyOver,
  type ToldChange,
  tenantPath,
  toldName,
} from '../cache/index.js';
import { CacheFeed } from '../cache-feed/index.js';
import type { AquiferConfig } from '../config/index.js';
import { DOCUMENTS_ENTITY } from '../documents/index.js';
import { keepInvalidation } from '../events/index.js';
import type { RelationalProvider } from '../relational/index.js';
import type { ChangeListener, RowChange } from '../repositories/index.js';
import { type OpenedStore, openCacheStore } from './cache-store.js';

/** The caches of all tenants in this process. What keeps them coherent starts with the first use of one. */
export class Caches {
  readonly engine: Engine;
  readonly #feed: CacheFeed;
  readonly #ttlMs: number;
  #started = false;

  private constructor(engine: Engine, feed: CacheFeed, ttlMs: number) {
    this.engine = engine;
    this.#feed = feed;
    this.#ttlMs = ttlMs;
  }

  /** @throws AQF_CONFIG_INVALID, AQF_PEER_MISSING without ioredis */
  static async open(config: AquiferConfig, relational: RelationalProvider): Promise<Caches> {
    const opened = await openCacheStore(config, relational);
    const engine = new Engine(engineOptions(config, opened));
    // An embedded database has one process, which needs nobody to tell it what it did.
    if (relational.kind !== 'embedded') engine.useJournal(journal(relational));
    const feed = new CacheFeed(relational, engine, `cache feed ${opened?.name ?? ''}`);
    return new Caches(engine, feed, config.cache.ttlMs);
  }

  /** The same for documents. */
  readonly onDocumentsChange = (tenantId: string): Promise<void> =>
    this.onChange(tenantId, [{ entity: DOCUMENTS_ENTITY, rows: [] }]);

  /** Removes what was made of rows that were written here, before whoever wrote them goes on. */
  readonly onChange: ChangeListener = async (tenantId, changes) => {
    // While nobody here has a cache, the feed of those who have tells them.
    if (!this.#started) return;
    const { store, invalidator, told } = this.engine;
    const marks = [...new Set(changes.flatMap((change) => marksOf(tenantId, change)))];
    const known = toldChanges(tenantId, changes);
    const invalidation = { keys: known.map(toldName), marks };
    // Without a store, other processes hear of it from the ledger.
    if (!store) invalidator.applyHere(invalidation);
    else if (!(await invalidator.invalidate(invalidation))) return;
    for (const change of known) told.note(change);
  };

  of(tenantId: string): Cache {
    this.#start();
    const path = tenantPath(tenantId);
    const space = this.engine.memory.spaces.at(path, path);
    return new Cache(this.engine, space, policyOver(DEFAULT_POLICY, this.#ttlMs));
  }

  async close(): Promise<void> {
    await this.#feed.close();
    await this.engine.close();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.engine.start();
    this.#feed.start();
  }
}

function engineOptions({ cache }: AquiferConfig, opened: OpenedStore | undefined) {
  return {
    maxEntries: cache.maxEntries,
    maxBytes: cache.maxMb * 1024 * 1024,
    staleness: cache.stalenessMs,
    version: cache.version,
    guard: { deadlineMs: cache.deadlineMs },
    ...(cache.compressAboveBytes > 0 && { compressAboveBytes: cache.compressAboveBytes }),
    ...(opened && { store: opened.store }),
  };
}

/** With more rows than this, everything of the tenant goes. */
const MOST_ROWS = 2000;

function marksOf(tenantId: string, { entity, rows }: RowChange): string[] {
  if (rows.length > MOST_ROWS) return [markOfTenant(tenantId)];
  return marksOfTags(tenantId, [entityTag(entity), ...rows.map(({ id }) => entityTag(entity, id))]);
}

/** With more rows than this the ledger may tell them again. */
const MOST_TOLD = 100;

function toldChanges(tenantId: string, changes: readonly RowChange[]): ToldChange[] {
  const rows = changes.flatMap(({ entity, rows }) => rows.map((row) => ({ entity, ...row })));
  if (rows.length > MOST_TOLD) return [];
  return rows.flatMap(({ entity, id: rowId, revision }) =>
    revision === undefined ? [] : [{ tenantId, entity, rowId, revision }],
  );
}

/** What no store tells is told by the feed, also after this process has died. */
function journal(relational: RelationalProvider): InvalidationJournal {
  return { append: (invalidation, origin) => keepInvalidation(relational, { ...invalidation, origin }) };
}
