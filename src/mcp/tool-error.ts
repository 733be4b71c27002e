import type { CallToolResult } from '@modelcontextprotocol/server';
import { AquiferError, isAquiferError } from '../errors/index.js';

/** Where programs find the code of an error. */
export const ERROR_META = 'aquifer.dev/error';

/** An error as a model can act on it: what went wrong and what to do. What a defect says of itself is not told. */
export function toToolError(thrown: unknown, onerror: (error: unknown) => void): CallToolResult {
  const error = toShown(thrown, onerror);
  const { code, status, hint, message } = error;
  return {
    isError: true,
    content: [{ type: 'text', text: `${code}: ${message}\n${hint}` }],
    _meta: { [ERROR_META]: { code, status, hint } },
  };
}

/** The error as it may be told to a client. */
export function toShown(thrown: unknown, onerror: (error: unknown) => void): AquiferError {
  if (isAquiferError(thrown) && thrown.code !== 'AQF_INTERNAL') {
    if (thrown.status >= 500) onerror(thrown);
    return thrown;
  }
  onerror(thrown);
  return new AquiferError('AQF_INTERNAL', 'Something went wrong.');
}
