import { AquiferError } from '../../errors/index.js';
import { RequestInvalidError } from '../problem.js';

/** An error as OpenAI's clients read it. */
export interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** Which part of the request it is about. */
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** A request that is not as the API takes it; `code` is OpenAI's where it has one. */
export class OpenAiRequestError extends AquiferError {
  readonly param: string | null;
  readonly openAiCode: string;

  constructor(message: string, { param, code = 'invalid_value' }: { param?: string; code?: string } = {}) {
    super('AQF_ARGUMENT_INVALID', message);
    this.param = param ?? null;
    this.openAiCode = code;
  }
}

export function toOpenAiError(error: AquiferError): OpenAiError {
  const { status, code, hint } = error;
  const message = code === 'AQF_INTERNAL' ? 'Something went wrong.' : `${error.message} ${hint}`;
  if (error instanceof OpenAiRequestError) {
    const { param, openAiCode } = error;
    return { error: { message: error.message, type: typeOf(status), param, code: openAiCode } };
  }
  if (error instanceof RequestInvalidError) {
    const param = error.errors[0]?.path.replace(/^(body|query|params)\.?/, '') || null;
    return { error: { message: error.message, type: typeOf(status), param, code: 'invalid_value' } };
  }
  return { error: { message, type: typeOf(status), param: null, code: OPENAI_CODES[code] ?? code } };
}

/** Codes that programs look for; where OpenAI has none, ours stands. */
const OPENAI_CODES: Readonly<Record<string, string>> = {
  AQF_CREDENTIAL_MISSING: 'missing_api_key',
  AQF_CREDENTIAL_INVALID: 'invalid_api_key',
  AQF_PERMISSION_DENIED: 'insufficient_permissions',
  AQF_RATE_LIMITED: 'rate_limit_exceeded',
  AQF_MODEL_UNKNOWN: 'model_not_found',
  AQF_ROUTE_NOT_FOUND: 'unknown_url',
};

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
