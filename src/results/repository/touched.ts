import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { AnyEntity } from '../../entities/index.js';
import { AquiferError } from '../../errors/index.js';
import { canonical, digest } from '../canonical.js';

/** The related entities whose rows are read along, however deep. Relations that are not there are left to the repository. */
export function includedEntities(entity: AnyEntity, options: unknown): Set<AnyEntity> {
  const found = new Set<AnyEntity>();
  collect(entity, options, found, 0);
  return found;
}

/** Deeper than repositories go: what is made to go round in circles is refused by them. */
const DEEPEST = 16;

function collect(entity: AnyEntity, options: unknown, found: Set<AnyEntity>, depth: number): void {
  const include = isRecord(options) ? options.include : undefined;
  if (!isRecord(include) || depth > DEEPEST) return;
  for (const [name, inner] of Object.entries(include)) {
    if (inner === undefined || !Object.hasOwn(entity.relations, name)) continue;
    const target = entity.relations[name]?.target();
    if (!target) continue;
    found.add(target);
    collect(target, inner, found, depth + 1);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const shapes = new WeakMap<AnyEntity, string>();

/** Changes when the columns do: a program of another version does not read rows of this shape. */
export function shapeOf(entity: AnyEntity): string {
  const known = shapes.get(entity);
  if (known !== undefined) return known;
  const columns = Object.entries(getTableColumns(entity.table) as Record<string, PgColumn>);
  const parts = columns.map(([property, column]) => [property, column.columnType, column.getSQLType()]);
  const shape = digest(canonical([entity.schema, entity.name, entity.key, parts]));
  shapes.set(entity, shape);
  return shape;
}

/**
 * Whether rows may lie in the shared tier: not when columns are encrypted, for there they would lie in the clear, nor
 * when a column is of a type of its own, whose values only its own code can make.
 */
export function isShareable(entity: AnyEntity): boolean {
  if ((entity.traits.encrypted?.columns.length ?? 0) > 0) return false;
  const columns = Object.values(getTableColumns(entity.table) as Record<string, PgColumn>);
  return columns.every(({ columnType }) => columnType !== 'PgCustomColumn');
}

/** Without events nobody tells the cache of changes. @throws AQF_ENTITY_INVALID */
export function assertTold(entity: AnyEntity): void {
  if (entity.traits.events) return;
  throw new AquiferError(
    'AQF_ENTITY_INVALID',
    `Reads of ${entity.name} cannot be cached: without the trait \`events\` its changes are not told. ` +
      'Declare it, or accept rows up to `ttl` old with untold: "ttl".',
    { facts: { entity: entity.name } },
  );
}
