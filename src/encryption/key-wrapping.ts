import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { isAquiferError } from '../errors/index.js';
import type { ExpiringMap } from './expiring-map.js';
import { contextFacts, type KeyContext, type KeyProvider, keyUnavailable } from './key-provider.js';
import type { StoredKey, WrappedKey } from './queries.js';

const KEY_BYTES = 32;

/** Wraps new keys with the current provider, unwraps with whichever one wrapped. */
export class KeyWrapping {
  readonly current: KeyProvider;
  readonly #providers: ReadonlyMap<string, KeyProvider>;
  readonly #unwrapped: ExpiringMap<Promise<KeyObject>>;

  /** @param unwrapped remembers keys for a while: each unwrapping may be a call to a service that bills it */
  constructor(
    current: KeyProvider,
    former: readonly KeyProvider[],
    unwrapped: ExpiringMap<Promise<KeyObject>>,
  ) {
    this.current = current;
    this.#providers = new Map([...former, current].map((provider) => [provider.id, provider]));
    this.#unwrapped = unwrapped;
  }

  /** A new key, wrapped; its plaintext is gone when this resolves. @throws AQF_KEY_UNAVAILABLE */
  async make(context: KeyContext): Promise<WrappedKey> {
    const plain = randomBytes(KEY_BYTES);
    try {
      return await this.#wrap(plain, context);
    } finally {
      plain.fill(0);
    }
  }

  /** The same key, wrapped by the current provider. @throws AQF_KEY_UNAVAILABLE */
  async rewrap(stored: StoredKey, context: KeyContext): Promise<WrappedKey> {
    const plain = await this.#unwrap(stored, context);
    try {
      return await this.#wrap(plain, context);
    } finally {
      plain.fill(0);
    }
  }

  /** Callers that ask for the same key at once share one unwrapping. @throws AQF_KEY_UNAVAILABLE */
  open(stored: StoredKey, context: KeyContext): Promise<KeyObject> {
    const name = nameOf(stored, context);
    const known = this.#unwrapped.get(name);
    if (known) return known;
    const opening = this.#import(stored, context);
    this.#unwrapped.set(name, opening);
    opening.catch(() => this.#unwrapped.delete(name));
    return opening;
  }

  forget(tenantId: string): void {
    this.#unwrapped.deleteWhere((name) => name.startsWith(prefixOf(tenantId)));
  }

  async #import(stored: StoredKey, context: KeyContext): Promise<KeyObject> {
    const plain = await this.#unwrap(stored, context);
    // The KeyObject has a copy of its own, which OpenSSL overwrites when it is freed.
    const key = createSecretKey(plain);
    plain.fill(0);
    return key;
  }

  async #wrap(plain: Uint8Array, context: KeyContext): Promise<WrappedKey> {
    const provider = this.current.id;
    const wrapped = await guarded(provider, context, () => this.current.wrap(plain, context));
    return { ...context, wrapped, provider };
  }

  async #unwrap({ wrapped, provider: id }: StoredKey, context: KeyContext): Promise<Uint8Array> {
    const provider = this.#providers.get(id);
    if (!provider || !wrapped) {
      const known = [...this.#providers.keys()];
      const message = `A key of tenant ${context.tenantId} was wrapped by ${id}; configured: ${known.join(', ')}.`;
      throw keyUnavailable(message, { ...contextFacts(context), provider: id });
    }
    const plain = await guarded(id, context, () => provider.unwrap(wrapped, context));
    if (plain.length === KEY_BYTES) return plain;
    plain.fill(0);
    throw keyUnavailable(`${id} returned a key that is not ${KEY_BYTES} bytes long.`, contextFacts(context));
  }
}

/** An error of a provider that is not ours may show anything: of it only the name goes on. */
async function guarded<T>(id: string, context: KeyContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAquiferError(error)) throw error;
    const name = error instanceof Error ? error.name : typeof error;
    throw keyUnavailable(`The key provider ${id} failed (${name}).`, {
      ...contextFacts(context),
      provider: id,
    });
  }
}

function nameOf({ wrapped, provider }: StoredKey, { tenantId, purpose, version }: KeyContext): string {
  const digest = createHash('sha256')
    .update(wrapped ?? '')
    .digest('base64url');
  return `${prefixOf(tenantId)}${purpose} ${version} ${digest} ${provider}`;
}

/** Tenants' names have no line breaks; as JSON they cannot run into what follows in any case. */
function prefixOf(tenantId: string): string {
  return `${JSON.stringify(tenantId)} `;
}
