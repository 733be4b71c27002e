import { getTableConfig } from 'drizzle-orm/pg-core';
import { AquiferError } from '../errors/index.js';
import { OWNER, type RelationalProvider, type Transaction } from '../relational/index.js';
import { columnsOf } from './build-table.js';
import { tableStatements } from './ddl/create-table.js';
import type { AnyEntity } from './entity.js';
import { qualifiedName, quoteIdentifier } from './identifiers.js';
import type { BelongsTo } from './relations.js';

/** Two processes that start at once make the tables once: "aquent" in ASCII. */
const LOCK_KEY = 0x617175656e74;

/**
 * Creates the tables that are missing and adopts the traits of all, in one transaction. A table that is there is
 * never altered beyond its traits.
 * @throws AQF_ENTITY_MISMATCH when a table lacks columns of its entity; a DatabaseError
 */
export async function ensureEntities(
  provider: RelationalProvider,
  entities: readonly AnyEntity[],
): Promise<void> {
  await provider.transaction(OWNER, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
    await createMissing(tx, entities);
    for (const entity of entities) await adopt(tx, entity);
    for (const entity of entities) await relate(tx, entity);
  });
}

async function createMissing(tx: Transaction, entities: readonly AnyEntity[]): Promise<void> {
  const later: string[] = [];
  for (const entity of entities) {
    if (await exists(tx, entity)) {
      await checkColumns(tx, entity);
      continue;
    }
    const { types, table, keys } = tableStatements(entity.table);
    await tx.execute(`create schema if not exists ${quoteIdentifier(entity.schema)}`);
    for (const statement of [...types, table]) await tx.execute(statement);
    later.push(...keys);
  }
  for (const statement of later) await tx.execute(statement);
}

async function exists(tx: Transaction, entity: AnyEntity): Promise<boolean> {
  const sql = 'select to_regclass($1) is not null as known';
  const { rows } = await tx.query<{ known: boolean }>(sql, [qualifiedName(entity)]);
  return rows[0]?.known === true;
}

/** Columns that adoption adds may be missing still. */
const ADDED_BY_ADOPTION = new Set([
  'tenant_id',
  'deleted_at',
  'deleted_by',
  'revision',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'embedding_expired_at',
]);

async function checkColumns(tx: Transaction, entity: AnyEntity): Promise<void> {
  const sql =
    'select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped';
  const { rows } = await tx.query<{ name: string }>(sql, [qualifiedName(entity)]);
  const present = new Set(rows.map(({ name }) => name));
  const lacking = getTableConfig(entity.table)
    .columns.map(({ name }) => name)
    .filter((name) => !present.has(name) && !ADDED_BY_ADOPTION.has(name));
  if (lacking.length === 0) return;
  throw new AquiferError(
    'AQF_ENTITY_MISMATCH',
    `The table ${qualifiedName(entity)} lacks columns of its entity: ${lacking.join(', ')}.`,
    { facts: { entity: entity.name, columns: lacking } },
  );
}

const ADOPT = `
  select aquifer.adopt($1::regclass, entity => $2::text, soft_delete => $3::boolean, retention => $4::text::interval,
    audited => $5::boolean, versioned => $6::boolean, events => $7::boolean, timestamps => $8::boolean,
    encrypted => $9::text::name[], searchable => $10::text::jsonb)`;

async function adopt(tx: Transaction, entity: AnyEntity): Promise<void> {
  const { softDelete, audited, versioned, events, timestamps, encrypted, searchable } = entity.traits;
  const retention = typeof softDelete === 'object' ? softDelete.retention : null;
  const names = (properties: readonly string[]) => properties.map((property) => columnName(entity, property));
  await tx.query(ADOPT, [
    qualifiedName(entity),
    entity.name,
    Boolean(softDelete),
    retention,
    Boolean(audited),
    Boolean(versioned),
    Boolean(events),
    Boolean(timestamps),
    `{${names(encrypted?.columns ?? [])
      .map((name) => JSON.stringify(name))
      .join(',')}}`,
    JSON.stringify(searchable ? { text: names(searchable.text), semantic: names(searchable.semantic) } : {}),
  ]);
}

async function relate(tx: Transaction, entity: AnyEntity): Promise<void> {
  for (const relation of Object.values(entity.relations)) {
    if (relation.kind === 'belongsTo') await relateOne(tx, entity, relation);
  }
}

async function relateOne(tx: Transaction, entity: AnyEntity, relation: BelongsTo): Promise<void> {
  await tx.query('select aquifer.relate($1::regclass, array[$2::text]::name[], $3::regclass, $4::text)', [
    qualifiedName(entity),
    columnName(entity, relation.field),
    qualifiedName(relation.target()),
    relation.onSoftDelete,
  ]);
}

/** The name in SQL of a property. */
export function columnName(entity: AnyEntity, property: string): string {
  const column = columnsOf(entity.table)[property];
  if (!column) throw new AquiferError('AQF_INTERNAL', `${entity.name} has no column ${property}.`);
  return column.name;
}
