import type { AnyEntity } from '../../entities/index.js';
import { AquiferError } from '../../errors/index.js';
import type { DataLayer } from '../../layer/index.js';

/** The entity of a path. @throws AQF_ENTITY_NOT_FOUND for one that the layer was not opened with */
export function entityOf({ entities }: Pick<DataLayer, 'entities'>, name: string): AnyEntity {
  const entity = entities.get(name);
  if (entity) return entity;
  throw new AquiferError('AQF_ENTITY_NOT_FOUND', 'There is no such entity.');
}

type Trait = keyof AnyEntity['traits'];

/** @throws AQF_ARGUMENT_INVALID for what an entity cannot do without a trait it lacks */
export function assertTrait({ name, traits }: AnyEntity, trait: Trait): void {
  if (traits[trait]) return;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `The entity ${name} does not have the trait ${trait}.`);
}
