import { AquiferError, type ErrorCode, type ErrorFacts, isAquiferError, messageOf } from '../errors/index.js';

/** What crosses between a host and its worker. Values are structured clones. */
export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type ReplyMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** An error as it survives a structured clone: class and own fields would be lost otherwise. */
export interface WireError {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly aquifer?:
    | { readonly code: ErrorCode; readonly facts: ErrorFacts; readonly hint: string }
    | undefined;
  /** Own fields of foreign errors that are plain text or numbers, such as the SQLSTATE `code`. */
  readonly fields?: Readonly<Record<string, string | number>> | undefined;
}

export function toWireError(error: unknown): WireError {
  const base = { message: messageOf(error), stack: error instanceof Error ? error.stack : undefined };
  if (isAquiferError(error)) {
    return { ...base, aquifer: { code: error.code, facts: error.facts, hint: error.hint } };
  }
  return { ...base, fields: plainFields(error) };
}

export function fromWireError(wire: WireError): Error {
  if (wire.aquifer) {
    const { code, facts, hint } = wire.aquifer;
    return new AquiferError(code, wire.message, { facts, hint });
  }
  const error = Object.assign(new Error(wire.message), wire.fields ?? {});
  if (wire.stack) error.stack = wire.stack;
  return error;
}

function plainFields(error: unknown): Record<string, string | number> {
  if (typeof error !== 'object' || error === null) return {};
  const plain = Object.entries(error).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  return Object.fromEntries(plain);
}
