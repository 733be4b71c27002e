import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { constants, type FileHandle, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AquiferError } from '../../errors/index.js';
import { seal, unseal } from '../aead.js';
import { contextFacts, type KeyContext, type KeyProvider, keyUnavailable } from '../key-provider.js';
import { lengthPrefixed } from '../length-prefixed.js';

const KEY_BYTES = 32;
const OTHERS = 0o077;

export interface LocalKeyFileOptions {
  /** 32 random bytes, readable by this user alone. */
  readonly path: string;
  /**
   * What to do when there is no file: `create` makes one. Whoever loses it loses everything encrypted.
   * @default 'refuse'
   */
  readonly missing?: 'create' | 'refuse';
}

/**
 * A master key in a file: for development, and for one machine whose disk is trusted.
 * @throws AQF_KEY_UNAVAILABLE when the file is missing, not 32 bytes long or open to other users
 */
export async function localKeyFile({ path, missing = 'refuse' }: LocalKeyFileOptions): Promise<KeyProvider> {
  const key = (await readKey(path)) ?? (await makeMissing(path, missing));
  return new LocalKeyProvider(key);
}

class LocalKeyProvider implements KeyProvider {
  readonly id: string;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
    // Tells keys apart and tells nothing of the key: a pseudorandom function of it under a name used nowhere else.
    this.id = `local:${createHmac('sha256', key).update('aquifer key id 1').digest('hex').slice(0, 16)}`;
  }

  async wrap(plain: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    return seal(this.#key, associated(context), Buffer.from(plain.buffer, plain.byteOffset, plain.length));
  }

  async unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const plain = unseal(this.#key, associated(context), Buffer.from(wrapped));
    if (plain) return plain;
    const message = `A wrapped key of tenant ${context.tenantId} was changed or belongs elsewhere.`;
    throw keyUnavailable(message, { ...contextFacts(context), provider: this.id });
  }
}

function associated({ tenantId, purpose, version }: KeyContext): Buffer {
  return lengthPrefixed(['aquifer data key 1', tenantId, purpose, String(version)]);
}

async function makeMissing(path: string, missing: 'create' | 'refuse'): Promise<KeyObject> {
  if (missing === 'create') await createKeyFile(path);
  const key = await readKey(path);
  if (key) return key;
  throw keyUnavailable(`There is no key file ${path}.`, { path });
}

/** Undefined when there is no file. What is checked is the open file, so that it cannot be another one when read. */
async function readKey(path: string): Promise<KeyObject | undefined> {
  const file = await openOrUndefined(path);
  if (!file) return undefined;
  try {
    await assertPrivate(file, path);
    const bytes = Buffer.alloc(KEY_BYTES + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    if (bytesRead !== KEY_BYTES) {
      throw keyUnavailable(`The key file ${path} must hold exactly ${KEY_BYTES} bytes.`, { path });
    }
    const key = createSecretKey(bytes.subarray(0, KEY_BYTES));
    bytes.fill(0);
    return key;
  } finally {
    await file.close();
  }
}

async function openOrUndefined(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw keyUnavailable(`The key file ${path} cannot be opened.`, { path }, error);
  }
}

/** Windows has no such permissions; there the folder's access list has to do. */
async function assertPrivate(file: FileHandle, path: string): Promise<void> {
  const { mode } = await file.stat();
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  throw new AquiferError('AQF_KEY_UNAVAILABLE', `Other users may read or change the key file ${path}.`, {
    hint: `chmod 600 ${path}, and consider the key known to whoever could read it.`,
    facts: { path },
  });
}

/** Written aside and linked into place: no one ever reads half a key, and of two that create it one wins. */
async function createKeyFile(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writePrivate(aside);
    await link(aside, path).catch((error) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
    await syncFolder(dirname(path));
  } catch (error) {
    throw keyUnavailable(`The key file ${path} cannot be created.`, { path }, error);
  } finally {
    await rm(aside, { force: true });
  }
}

async function writePrivate(path: string): Promise<void> {
  const key = randomBytes(KEY_BYTES);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(key);
    await file.sync();
  } finally {
    key.fill(0);
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
