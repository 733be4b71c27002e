import { z } from 'zod';
import type { AnyEntity } from '../../../entities/index.js';
import type { Scope } from '../../../layer/index.js';
import { loadDefault } from '../../entities-file.js';

const rowsByEntity = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));

/** Stores the rows of a file where there are none yet: what someone changed or deleted stays as he left it. */
export async function storeSampleRows(
  scope: Scope,
  entities: readonly AnyEntity[],
  file: string,
): Promise<readonly { readonly entity: string; readonly count: number }[]> {
  const samples = rowsByEntity.parse(await loadDefault(file));
  const stored = [];
  for (const entity of entities) {
    const repository = scope.repository(entity);
    if (!(await repository.exists({ includeDeleted: true })))
      await repository.createMany(samples[entity.name] ?? []);
    stored.push({ entity: entity.name, count: await repository.count() });
  }
  return stored;
}
