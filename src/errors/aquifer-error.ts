import { inspect } from 'node:util';
import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';

/** What an error is about: ids, names and limits. Never secrets, never another tenant's data. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ErrorDetails {
  readonly facts?: ErrorFacts;
  /** Replaces the catalogue's hint where the place of the error knows better. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The one error class of Aquifer: `code` is stable and typed, `hint` says what to do. */
export class AquiferError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AquiferError';
    this.code = code;
    this.status = ERROR_CATALOGUE[code].status;
    this.hint = details.hint ?? ERROR_CATALOGUE[code].hint;
    this.facts = withoutUndefined(details.facts ?? {});
  }

  toJSON() {
    return { code: this.code, message: this.message, hint: this.hint, facts: this.facts };
  }
}

function withoutUndefined(facts: ErrorFacts): ErrorFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

export function isAquiferError(error: unknown, code?: ErrorCode): error is AquiferError {
  return error instanceof AquiferError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown; compiled code throws plain objects. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'object' ? inspect(error, { depth: 0, breakLength: Infinity }) : String(error);
}
