import { AquiferError } from '../errors/index.js';
import type { RelationalProvider, SystemContext, Transaction } from '../relational/index.js';
import { type KeyPurpose, keyDestroyed } from './key-provider.js';
import type { KeyWrapping } from './key-wrapping.js';
import {
  destroyKeys,
  insertDestroyedKeys,
  insertNextKey,
  lockKeys,
  readKeys,
  readKeysOf,
  replaceWrapping,
  type StoredKey,
} from './queries.js';

export interface NewKeyVersion {
  readonly version: number;
  /** When the first value is written with it; until then every process has read it. */
  readonly activeFrom: Date;
}

const REWRAP_BATCH = 100;

/** A next version of the data key. @throws AQF_KEY_DESTROYED, AQF_ARGUMENT_INVALID for a tenant without keys */
export function rotateKey(
  database: RelationalProvider,
  wrapping: KeyWrapping,
  tenantId: string,
  leadMs: number,
): Promise<NewKeyVersion> {
  return locked(database, 'rotate a data key', tenantId, async (tx) => {
    const stored = (await readKeys(tx, tenantId)).filter(({ purpose }) => purpose === 'data');
    assertLive(tenantId, stored);
    return addVersion(tx, wrapping, { tenantId, purpose: 'data', stored, leadMs });
  });
}

/** Makes all keys of a tenant unusable for ever. Returns how many there were. */
export function destroyTenant(database: RelationalProvider, wrapping: KeyWrapping, tenantId: string) {
  return locked(database, 'destroy the keys of a tenant', tenantId, async (tx) => {
    await insertDestroyedKeys(tx, tenantId, wrapping.current.id);
    return destroyKeys(tx, tenantId);
  });
}

/** Gives a tenant whose keys were destroyed new ones; does nothing for one that has live keys. */
export function reopenTenant(database: RelationalProvider, wrapping: KeyWrapping, tenantId: string) {
  return locked(database, 'reopen a tenant', tenantId, async (tx) => {
    const all = await readKeys(tx, tenantId);
    for (const purpose of ['data', 'index'] as const) {
      const stored = all.filter((key) => key.purpose === purpose);
      if (stored.some(isLive)) continue;
      await addVersion(tx, wrapping, { tenantId, purpose, stored, leadMs: 0 });
    }
  });
}

/** Wraps every key anew that `from` wrapped. Goes on where it stopped when it is called again. */
export async function rewrapKeys(database: RelationalProvider, wrapping: KeyWrapping, from: string) {
  if (from === wrapping.current.id) return 0;
  let rewrapped = 0;
  for (;;) {
    const batch = await system(database, 'wrap data keys anew', (tx) => readKeysOf(tx, from, REWRAP_BATCH));
    for (const stored of batch) {
      const { tenantId, purpose, version } = stored;
      const wrapped = await wrapping.rewrap(stored, { tenantId, purpose, version });
      const replaced = await system(database, 'wrap data keys anew', (tx) =>
        replaceWrapping(tx, stored, wrapped),
      );
      if (replaced) rewrapped++;
    }
    if (batch.length === 0) return rewrapped;
  }
}

interface Addition {
  readonly tenantId: string;
  readonly purpose: KeyPurpose;
  readonly stored: readonly StoredKey[];
  readonly leadMs: number;
}

async function addVersion(
  tx: Transaction,
  wrapping: KeyWrapping,
  addition: Addition,
): Promise<NewKeyVersion> {
  const { tenantId, purpose, stored, leadMs } = addition;
  const version = Math.max(0, ...stored.map((key) => key.version)) + 1;
  const key = await wrapping.make({ tenantId, purpose, version });
  return { version, activeFrom: await insertNextKey(tx, key, leadMs) };
}

function assertLive(tenantId: string, stored: readonly StoredKey[]): void {
  if (stored.some(isLive)) return;
  if (stored.length > 0) throw keyDestroyed(tenantId);
  const message = `Tenant ${tenantId} has no key to rotate.`;
  throw new AquiferError('AQF_ARGUMENT_INVALID', message, { facts: { tenantId } });
}

function isLive({ wrapped }: StoredKey): boolean {
  return wrapped !== null;
}

function locked<T>(
  database: RelationalProvider,
  reason: string,
  tenantId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return system(database, reason, async (tx) => {
    await lockKeys(tx, tenantId);
    return work(tx);
  });
}

function system<T>(
  database: RelationalProvider,
  reason: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const context: SystemContext = { kind: 'system', reason };
  return database.transaction(context, work);
}
