import type { KMSClient } from '@aws-sdk/client-kms';
import { loadPeer } from '../../peers/index.js';
import { contextFacts, type KeyContext, type KeyProvider, keyUnavailable } from '../key-provider.js';

/** The SDK's KMSClientConfig. Stated here, so that our types do not need the SDK's. */
export interface AwsClientSettings {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly [setting: string]: unknown;
}

export interface AwsKmsOptions {
  /** Key id, key ARN or alias of a symmetric key. It becomes part of the provider's id, so do not change its form. */
  readonly keyId: string;
  /** Region, credentials, endpoint; the SDK's own defaults otherwise. */
  readonly client?: AwsClientSettings;
  /** Milliseconds for one call with its retries. @default 10000 */
  readonly timeoutMs?: number;
  /** Attempts of one call: the SDK repeats throttled and failed ones after a jittered wait. @default 4 */
  readonly maxAttempts?: number;
}

const PEER = {
  name: '@aws-sdk/client-kms',
  install: '@aws-sdk/client-kms@3',
  neededBy: 'The key provider awsKms',
};

/** A master key in AWS KMS, which never leaves it. Needs kms:Encrypt and kms:Decrypt. @throws AQF_PEER_MISSING */
export async function awsKms(options: AwsKmsOptions): Promise<KeyProvider> {
  const sdk = await loadPeer(PEER, () => import('@aws-sdk/client-kms'));
  const client = new sdk.KMSClient({ maxAttempts: options.maxAttempts ?? 4, ...options.client });
  return new AwsKeyProvider(sdk, client, options);
}

class AwsKeyProvider implements KeyProvider {
  readonly id: string;
  readonly #sdk: typeof import('@aws-sdk/client-kms');
  readonly #client: KMSClient;
  readonly #keyId: string;
  readonly #timeoutMs: number;

  constructor(sdk: typeof import('@aws-sdk/client-kms'), client: KMSClient, options: AwsKmsOptions) {
    this.id = `aws-kms:${options.keyId}`;
    this.#sdk = sdk;
    this.#client = client;
    this.#keyId = options.keyId;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
  }

  async wrap(plain: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const command = new this.#sdk.EncryptCommand({ ...this.#keyFor(context), Plaintext: plain });
    const { CiphertextBlob } = await this.#call(context, (options) => this.#client.send(command, options));
    return this.#present(CiphertextBlob, context);
  }

  async unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    const command = new this.#sdk.DecryptCommand({ ...this.#keyFor(context), CiphertextBlob: wrapped });
    const { Plaintext } = await this.#call(context, (options) => this.#client.send(command, options));
    return this.#present(Plaintext, context);
  }

  /** The encryption context is bound to the ciphertext, and shown in CloudTrail. */
  #keyFor({ tenantId, purpose, version }: KeyContext) {
    return { KeyId: this.#keyId, EncryptionContext: { tenantId, purpose, version: String(version) } };
  }

  async #call<T>(
    context: KeyContext,
    send: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await send({ abortSignal: AbortSignal.timeout(this.#timeoutMs) });
    } catch (error) {
      throw this.#unavailable(error, context);
    }
  }

  /** Of the SDK's error only its name: it carries the whole response, and some messages quote the request. */
  #unavailable(error: unknown, context: KeyContext) {
    const reason = error instanceof Error ? error.name : 'unknown error';
    const message = `AWS KMS did not serve a key of tenant ${context.tenantId}: ${reason}.`;
    return keyUnavailable(message, { ...contextFacts(context), provider: this.id, reason });
  }

  #present(bytes: Uint8Array | undefined, context: KeyContext): Uint8Array {
    if (bytes) return bytes;
    throw keyUnavailable('AWS KMS answered without a key.', { ...contextFacts(context), provider: this.id });
  }
}
