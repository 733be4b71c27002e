import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type KeyContext, type KeyProvider, localKeyFile } from '../../src/encryption/index.js';
import type {
  Queryable,
  QueryResult,
  RelationalProvider,
  Row,
  Statement,
  TenantContext,
} from '../../src/relational/index.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

export const tenant = (tenantId: string): TenantContext => ({ kind: 'tenant', tenantId });
export const SYSTEM = { kind: 'system', reason: 'test' } as const;

/** Another tenant for each test, so that one database serves all. */
export const newTenant = () => `t-${randomBytes(6).toString('hex')}`;

/** The provider has read its file by then. */
export async function newKeyFile(): Promise<KeyProvider> {
  const folder = makeTempDir();
  const provider = await localKeyFile({ path: join(folder, 'master.key'), missing: 'create' });
  await removeTempDir(folder);
  return provider;
}

/** A key provider that notes what it was asked, what it was given to wrap, and that can be switched off. */
export class WatchedProvider implements KeyProvider {
  readonly id: string;
  readonly plainKeys: Buffer[] = [];
  unwrapped = 0;
  isDown = false;
  readonly #inner: KeyProvider;

  constructor(inner: KeyProvider) {
    this.id = inner.id;
    this.#inner = inner;
  }

  async wrap(plain: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    if (this.isDown) throw new Error('connect ECONNREFUSED, token=hushed');
    this.plainKeys.push(Buffer.from(plain));
    return this.#inner.wrap(plain, context);
  }

  async unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    if (this.isDown) throw new Error('connect ECONNREFUSED, token=hushed');
    this.unwrapped++;
    return this.#inner.unwrap(wrapped, context);
  }
}

/** Each statement in a transaction of its own, as a scope runs them. */
export function scopeOf(database: RelationalProvider, tenantId: string): Queryable {
  const asStatement = (sql: string | Statement, params?: readonly unknown[]): Statement =>
    typeof sql === 'string' ? { text: sql, ...(params && { values: params }) } : sql;
  return {
    query: <R extends Row>(sql: string | Statement, params?: readonly unknown[]): Promise<QueryResult<R>> =>
      database.query<R>(tenant(tenantId), asStatement(sql, params)),
    queryRaw: (statement) => database.queryRaw(tenant(tenantId), statement),
  };
}

export interface KeyRow extends Row {
  readonly purpose: string;
  readonly version: number;
  readonly wrapped: Uint8Array | null;
  readonly provider: string;
  readonly retired: boolean;
  readonly destroyed: boolean;
}

export async function keyRows(database: RelationalProvider, tenantId: string): Promise<KeyRow[]> {
  const text = `
    select purpose, version, wrapped, provider, retired_at is not null as retired, destroyed_at is not null as destroyed
    from aquifer.data_keys where tenant_id = $1 order by purpose, version`;
  return (await database.query<KeyRow>(SYSTEM, { text, values: [tenantId] })).rows;
}
