import type { AnyEntity } from '../../entities/index.js';
import { keyOfText } from '../../entities/index.js';
import { AquiferError } from '../../errors/index.js';
import type { Call } from '../route.js';
import { ColumnNames } from './columns.js';
import { assertTrait, entityOf } from './entity-of.js';

type RowCall = Pick<Call, 'scope' | 'layer'> & {
  readonly params: { readonly entity: string; readonly id: string };
};

/** The history of the row of a path. @throws AQF_ENTITY_NOT_FOUND, AQF_ARGUMENT_INVALID for an entity without versions */
export function versioned({ scope, layer, params }: RowCall) {
  const entity = entityOf(layer, params.entity);
  assertTrait(entity, 'versioned');
  const versions = scope.versions(entity, params.id);
  return { entity, versions, names: new ColumnNames(entity) };
}

/** @throws AQF_ROW_NOT_FOUND unless the tenant has the row, deleted or not */
export async function assertRow({ scope, params }: RowCall, entity: AnyEntity): Promise<void> {
  await storedRow({ scope, params }, entity);
}

/** The row as it is, deleted or not. @throws AQF_ROW_NOT_FOUND */
export async function storedRow({ scope, params }: Omit<RowCall, 'layer'>, entity: AnyEntity) {
  const key = keyOfText(entity, params.id);
  const row = await scope.repository(entity).findById(key, { includeDeleted: true });
  if (row) return row;
  throw new AquiferError('AQF_ROW_NOT_FOUND', `There is no such row of ${entity.name}.`);
}
