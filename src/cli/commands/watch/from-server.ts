import { ApiError, createClient } from '../../../client/index.js';
import { AquiferError, ERROR_CATALOGUE, type ErrorCode } from '../../../errors/index.js';
import type { WatchOptions } from './index.js';
import type { PrintedChange } from './print.js';

/** Follows through a server, connecting again when it is lost. */
export async function changesOfServer(
  { entity, operation, from, url = '', key }: WatchOptions,
  signal: AbortSignal,
  print: (changes: AsyncIterable<PrintedChange>) => Promise<void>,
): Promise<void> {
  if (key === undefined) {
    throw new AquiferError('AQF_CREDENTIAL_MISSING', 'A server wants an API key.', {
      hint: 'Give it with --key, or as AQUIFER_API_KEY; `aquifer keys create` makes one.',
    });
  }
  const changes = createClient({ url, key }).live({
    ...(entity !== undefined && { entity }),
    ...(operation !== undefined && { operations: operation }),
    ...(from !== undefined && { position: from }),
    signal,
    onDisconnected: (error) =>
      process.stderr.write(`${error?.message ?? 'The connection was lost.'} Trying again …\n`),
  });
  try {
    await print(changes);
  } catch (error) {
    throw error instanceof ApiError ? asAquiferError(error) : error;
  }
}

function asAquiferError({ code, message, hint }: ApiError): AquiferError {
  const known = Object.hasOwn(ERROR_CATALOGUE, code) ? (code as ErrorCode) : 'AQF_SERVER_UNAVAILABLE';
  return new AquiferError(known, message.replace(`${code}: `, ''), { hint });
}
