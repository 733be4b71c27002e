import { z } from 'zod';
import { AquiferError } from '../../errors/index.js';
import { loadPeer } from '../../peers/index.js';
import { contextFacts, type KeyContext, type KeyProvider, keyUnavailable } from '../key-provider.js';
import { lengthPrefixed } from '../length-prefixed.js';
import { crc32c } from './crc32c.js';
import { CallFailed, postJson } from './json-call.js';

export interface GoogleKmsOptions {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…` of a symmetric key. */
  readonly keyName: string;
  /**
   * Resolves to an OAuth 2.0 access token with the scope `cloudkms`. Without it google-auth-library, which must then
   * be installed, finds the application default credentials.
   */
  readonly token?: () => Promise<string>;
  /** @default 'https://cloudkms.googleapis.com' */
  readonly endpoint?: string;
  /** Milliseconds for one call with its retries. @default 10000 */
  readonly timeoutMs?: number;
  /** Attempts of one call, repeated after 429, 5xx and failures of the network. @default 4 */
  readonly maxAttempts?: number;
}

const KEY_NAME = /^projects\/[^/?#]+\/locations\/[^/?#]+\/keyRings\/[^/?#]+\/cryptoKeys\/[^/?#]+$/;
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
const PEER = {
  name: 'google-auth-library',
  install: 'google-auth-library@10',
  neededBy: 'The key provider googleKms without a token callback',
};

/** Numbers of 64 bits are texts in Google's JSON. */
const encryptAnswer = z.object({
  ciphertext: z.base64(),
  ciphertextCrc32c: z.string(),
  verifiedPlaintextCrc32c: z.literal(true),
  verifiedAdditionalAuthenticatedDataCrc32c: z.literal(true),
});
const decryptAnswer = z.object({ plaintext: z.base64(), plaintextCrc32c: z.string() });

/**
 * A master key in Google Cloud KMS, which never leaves it. Speaks REST itself: `@google-cloud/kms` needs Node 22.
 * Needs cloudkms.cryptoKeyVersions.useToEncrypt and useToDecrypt.
 * @throws AQF_PEER_MISSING; AQF_ARGUMENT_INVALID for a name that is not one of a key
 */
export async function googleKms(options: GoogleKmsOptions): Promise<KeyProvider> {
  if (!KEY_NAME.test(options.keyName)) {
    const message = 'keyName must be projects/…/locations/…/keyRings/…/cryptoKeys/….';
    throw new AquiferError('AQF_ARGUMENT_INVALID', message);
  }
  return new GoogleKeyProvider(options, options.token ?? (await defaultToken()));
}

async function defaultToken(): Promise<() => Promise<string>> {
  const { GoogleAuth } = await loadPeer(PEER, () => import('google-auth-library'));
  const auth = new GoogleAuth({ scopes: SCOPE });
  return async () => (await auth.getAccessToken()) ?? '';
}

class GoogleKeyProvider implements KeyProvider {
  readonly id: string;
  readonly #options: GoogleKmsOptions;
  readonly #token: () => Promise<string>;

  constructor(options: GoogleKmsOptions, token: () => Promise<string>) {
    this.id = `google-kms:${options.keyName}`;
    this.#options = options;
    this.#token = token;
  }

  async wrap(plain: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const body = { ...withChecksum('plaintext', plain), ...associated(context) };
    const answer = await this.#call('encrypt', body, encryptAnswer, context);
    return this.#verified(answer.ciphertext, answer.ciphertextCrc32c, context);
  }

  async unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const body = { ...withChecksum('ciphertext', wrapped), ...associated(context) };
    const answer = await this.#call('decrypt', body, decryptAnswer, context);
    return this.#verified(answer.plaintext, answer.plaintextCrc32c, context);
  }

  async #call<T>(method: string, body: unknown, schema: z.ZodType<T>, context: KeyContext): Promise<T> {
    const { keyName, endpoint, timeoutMs, maxAttempts } = this.#options;
    const answer = await postJson({
      url: `${endpoint ?? 'https://cloudkms.googleapis.com'}/v1/${keyName}:${method}`,
      headers: () => this.#authorisation(context),
      body,
      timeoutMs: timeoutMs ?? 10_000,
      maxAttempts: maxAttempts ?? 4,
    }).catch((error) => {
      throw error instanceof CallFailed ? this.#unavailable(error.reason, context) : error;
    });
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw this.#unavailable('its answer does not have the documented form', context);
    return parsed.data;
  }

  async #authorisation(context: KeyContext) {
    try {
      return { authorization: `Bearer ${await this.#token()}` };
    } catch {
      // The error of a token source may quote credentials.
      throw this.#unavailable('no access token', context);
    }
  }

  #verified(base64: string, checksum: string, context: KeyContext): Uint8Array {
    const bytes = Buffer.from(base64, 'base64');
    if (String(crc32c(bytes)) === checksum) return bytes;
    throw this.#unavailable('the checksum of its answer does not fit', context);
  }

  #unavailable(reason: string, context: KeyContext) {
    const message = `Google Cloud KMS did not serve a key of tenant ${context.tenantId}: ${reason}.`;
    return keyUnavailable(message, { ...contextFacts(context), provider: this.id, reason });
  }
}

/** Checksums both ways, as Google's "Verifying end-to-end data integrity" asks for. */
function withChecksum(name: string, bytes: Uint8Array): Record<string, string> {
  return { [name]: Buffer.from(bytes).toString('base64'), [`${name}Crc32c`]: String(crc32c(bytes)) };
}

function associated({ tenantId, purpose, version }: KeyContext): Record<string, string> {
  const bytes = lengthPrefixed([tenantId, purpose, String(version)]);
  return withChecksum('additionalAuthenticatedData', bytes);
}
