import { AquiferError, type ErrorFacts } from '../errors/index.js';

export type KeyPurpose = 'data' | 'index';

/** What a wrapped key is for. Providers bind it to the wrapping: a key unwraps for nothing else. */
export interface KeyContext {
  readonly tenantId: string;
  readonly purpose: KeyPurpose;
  readonly version: number;
}

/** Holds a master key (KEK) and wraps data keys with it. */
export interface KeyProvider {
  /** Stored beside what it wrapped, so it must stay the same for the same master key. Never secret. */
  readonly id: string;
  /** @throws AQF_KEY_UNAVAILABLE */
  wrap(plain: Uint8Array, context: KeyContext): Promise<Uint8Array>;
  /** The caller overwrites the result with zeros after use. @throws AQF_KEY_UNAVAILABLE */
  unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>;
}

/** The facts name the provider and which key was asked for; messages of others are never passed on as they are. */
export function keyUnavailable(message: string, facts: ErrorFacts = {}, cause?: unknown): AquiferError {
  return new AquiferError('AQF_KEY_UNAVAILABLE', message, { facts, cause });
}

export function contextFacts({ tenantId, purpose, version }: KeyContext): ErrorFacts {
  return { tenantId, purpose, version };
}

export function keyDestroyed(tenantId: string): AquiferError {
  const facts = { tenantId };
  return new AquiferError('AQF_KEY_DESTROYED', `The key of tenant ${tenantId} was destroyed.`, { facts });
}
