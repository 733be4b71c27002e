import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { AnyEntity } from '../entities/index.js';
import * as entitiesRoom from '../entities/index.js';
import { AquiferError, messageOf } from '../errors/index.js';

/**
 * The entities that a module exports by default, as an array. TypeScript is translated; `aquifer/entities` is the very copy
 * that runs, also where nothing is installed beside the file.
 * @throws AQF_CONFIG_INVALID
 */
export async function loadEntities(path: string): Promise<readonly AnyEntity[]> {
  const exported = await loadDefault(path);
  const entities: readonly unknown[] = Array.isArray(exported) ? exported : [undefined];
  if (entities.every((each) => each instanceof entitiesRoom.Entity)) return entities as readonly AnyEntity[];
  throw invalid(path, 'its default export is not an array of entities');
}

/** What a module exports by default. @throws AQF_CONFIG_INVALID */
export async function loadDefault(path: string): Promise<unknown> {
  const file = resolve(path);
  if (!existsSync(file)) throw invalid(path, 'there is no such file');
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: { 'aquifer/entities': entitiesRoom, aquifer: entitiesRoom },
  });
  const module = await jiti.import<{ readonly default?: unknown }>(file).catch((error: unknown) => {
    throw invalid(path, messageOf(error).split('\n')[0] ?? '');
  });
  return module.default;
}

function invalid(path: string, reason: string): AquiferError {
  const message = `The entities of ${path} cannot be loaded: ${reason}.`;
  return new AquiferError('AQF_CONFIG_INVALID', message, { facts: { file: basename(path) } });
}
