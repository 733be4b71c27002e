import { setTimeout as wait } from 'node:timers/promises';
import { isAquiferError } from '../errors/index.js';
import type { Queryable, RelationalProvider, TenantContext } from '../relational/index.js';
import { rowIdOf, type TenantCipher } from './cipher.js';
import { addressOf, type EncryptedTable } from './encrypted-table.js';
import { keyDestroyed } from './key-provider.js';
import { retireKeysBefore } from './queries.js';
import { type OutdatedRow, type RewrittenRow, type TableWalk, tableWalk } from './reencrypt-queries.js';
import { SEALED_TEXT } from './sealed-text.js';
import type { TenantKeys } from './tenant-keys.js';

export interface ReencryptOptions {
  /** Rows of one transaction. @default 500 */
  readonly batchRows?: number;
  readonly signal?: AbortSignal;
}

export interface ReencryptOutcome {
  /** The key version that everything is now encrypted with. */
  readonly version: number;
  readonly rewritten: number;
  /** `schema.table` and row id of values that could not be decrypted, at most a hundred. They stay as they are. */
  readonly unreadable: readonly { readonly table: string; readonly rowId: string }[];
  /** Versions that no row of these tables needs any more. */
  readonly retired: readonly number[];
}

const UNREADABLE_TOLD = 100;

interface Walk {
  readonly database: RelationalProvider;
  readonly context: TenantContext;
  readonly keys: TenantKeys;
  readonly options: ReencryptOptions;
  readonly version: number;
}

/**
 * Encrypts what a table held before it adopted encryption, and rewrites what older versions of the key encrypted,
 * while others read and write. A value that someone changes meanwhile is left to him. Stopped at any point, it goes on where it stopped when it is called again.
 */
export async function reencryptTenant(
  database: RelationalProvider,
  keys: TenantKeys,
  tenantId: string,
  tables: readonly EncryptedTable[],
  options: ReencryptOptions = {},
): Promise<ReencryptOutcome> {
  const context: TenantContext = { kind: 'tenant', tenantId, flags: ['deleted'] };
  await database.transaction(context, (tx) => keys.forTenant(tx, tenantId));
  const version = await activeVersion(database, context, options.signal);
  // What is remembered may have been read before the newest version became active.
  keys.forget(tenantId);
  const walk: Walk = { database, context, keys, options, version };
  let rewritten = 0;
  const unreadable: { table: string; rowId: string }[] = [];
  for (const table of tables) {
    const outcome = await reencryptTable(walk, table);
    rewritten += outcome.rewritten;
    unreadable.push(...outcome.unreadable.map((rowId) => ({ table: addressOf(table), rowId })));
  }
  const retired = await retireUnused(walk, tables);
  return { version, rewritten, unreadable: unreadable.slice(0, UNREADABLE_TOLD), retired };
}

async function reencryptTable(walk: Walk, table: EncryptedTable) {
  const { database, context, options } = walk;
  const limit = options.batchRows ?? 500;
  const unreadable: string[] = [];
  let rewritten = 0;
  let after: readonly string[] | undefined;
  for (;;) {
    options.signal?.throwIfAborted();
    const last = await database.transaction(context, async (tx) => {
      const statements = await tableWalk(tx, table, context.tenantId, walk.version);
      const rows = await statements.next(tx, after, limit);
      rewritten += await rewriteRows(walk, table, { tx, rows, statements, unreadable });
      return rows.at(-1)?.key;
    });
    if (!last) return { rewritten, unreadable };
    after = last;
  }
}

interface Batch {
  readonly tx: Queryable;
  readonly rows: readonly OutdatedRow[];
  readonly statements: TableWalk;
  readonly unreadable: string[];
}

async function rewriteRows(walk: Walk, table: EncryptedTable, { tx, rows, statements, unreadable }: Batch) {
  if (rows.length === 0) return 0;
  const cipher = await walk.keys.forTenant(tx, walk.context.tenantId);
  const rewritten: RewrittenRow[] = [];
  for (const row of rows) {
    const done = rewriteRow(cipher, table, row);
    if (done) rewritten.push(done);
    else if (unreadable.length < UNREADABLE_TOLD) unreadable.push(rowIdOf(row.key));
  }
  return rewritten.length === 0 ? 0 : statements.write(tx, rewritten);
}

/** Undefined when a value of the row cannot be decrypted. */
function rewriteRow(cipher: TenantCipher, table: EncryptedTable, row: OutdatedRow): RewrittenRow | undefined {
  const rowId = rowIdOf(row.key);
  try {
    const rewritten = row.values.map((value, at) => {
      const field = { table: addressOf(table), column: String(table.encrypted[at]), rowId };
      return value === null
        ? null
        : cipher.encrypt(field, isSealed(value) ? cipher.decrypt(field, value) : value);
    });
    return { ...row, rewritten };
  } catch (error) {
    if (isAquiferError(error, 'AQF_CIPHERTEXT_INVALID')) return undefined;
    // Of a tenant that was reopened, the values of the destroyed key stay what they are.
    if (isAquiferError(error, 'AQF_KEY_DESTROYED')) return undefined;
    throw error;
  }
}

/** Adoption lets no other value in from then on: what does not begin like this was there before. */
function isSealed(value: string): boolean {
  return value.startsWith(SEALED_TEXT);
}

/** A version retires when no row of the tables was written with it; history and audit may still hold it. */
async function retireUnused({ database, context, version }: Walk, tables: readonly EncryptedTable[]) {
  const isDone = await database.transaction(context, async (tx) => {
    for (const table of tables) {
      const statements = await tableWalk(tx, table, context.tenantId, version);
      if ((await statements.next(tx, undefined, 1)).length > 0) return false;
    }
    return true;
  });
  if (!isDone) return [];
  const system = { kind: 'system', reason: 'retire data keys' } as const;
  return database.transaction(system, (tx) => retireKeysBefore(tx, context.tenantId, version));
}

/** The newest version, once it may be written with: until then there is nothing to rewrite to. @throws AQF_KEY_DESTROYED */
async function activeVersion(database: RelationalProvider, context: TenantContext, signal?: AbortSignal) {
  const sql = `
    select version, ceil(greatest(0, extract(epoch from active_from - clock_timestamp()) * 1000))::integer as "waitMs"
    from aquifer.data_keys
    where tenant_id = $1 and purpose = 'data' and destroyed_at is null and retired_at is null
    order by version desc limit 1`;
  const statement = { text: sql, values: [context.tenantId] };
  const { rows } = await database.query<{ version: number; waitMs: number }>(context, statement);
  const newest = rows[0];
  if (!newest) throw keyDestroyed(context.tenantId);
  if (newest.waitMs > 0) await wait(newest.waitMs, undefined, signal ? { signal } : {});
  return newest.version;
}
