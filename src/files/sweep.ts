import type { RelationalProvider, SystemContext } from '../relational/index.js';
import * as queries from './queries.js';
import type { ContentKey, FileStore } from './store.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'files' };
/** Younger contents may be about to get their row. */
const GRACE_MS = 3_600_000;
const AT_ONCE = 500;

/** Removes files that have expired, and what is in the store and nobody's. Resolves to how many contents it removed. */
export async function sweepFiles(relational: RelationalProvider, store: FileStore): Promise<number> {
  const before = new Date(Date.now() - GRACE_MS);
  await relational.query(CONTEXT, { text: queries.DELETE_EXPIRED, values: [10_000] });
  let removed = await store.sweep(before);
  let batch: ContentKey[] = [];
  for await (const key of store.list(before)) {
    batch.push(key);
    if (batch.length < AT_ONCE) continue;
    removed += await removeUnused(relational, store, batch);
    batch = [];
  }
  return removed + (await removeUnused(relational, store, batch));
}

async function removeUnused(
  relational: RelationalProvider,
  store: FileStore,
  keys: readonly ContentKey[],
): Promise<number> {
  if (keys.length === 0) return 0;
  const unused = await unusedOf(relational, store, keys);
  let removed = 0;
  for (const key of unused) removed += await removeHeld(relational, store, key);
  return removed;
}

/** Whoever keeps the same content at this moment waits, or was first. */
function removeHeld(relational: RelationalProvider, store: FileStore, key: ContentKey): Promise<number> {
  return relational.transaction(CONTEXT, async (tx) => {
    await tx.query(queries.HOLD, [key.space, key.sha256]);
    const { rows } = await tx.query(queries.UNUSED, [store.id, [`${key.space}/${key.sha256}`]]);
    if (rows.length > 0) await store.remove(key);
    return rows.length;
  });
}

async function unusedOf(
  relational: RelationalProvider,
  store: FileStore,
  keys: readonly ContentKey[],
): Promise<ContentKey[]> {
  const values = [store.id, keys.map(({ space, sha256 }) => `${space}/${sha256}`)];
  const { rows } = await relational.query<{ key: string }>(CONTEXT, { text: queries.UNUSED, values });
  return rows.map(({ key }) => ({ space: key.slice(0, 32), sha256: key.slice(33) }));
}
