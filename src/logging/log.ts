import pino, { type Logger } from 'pino';
import { isAquiferError } from '../errors/index.js';

export type Log = Logger;

export interface LogOptions {
  /** @default 'info' */
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go. @default standard error, so that the output of commands stays clean */
  readonly destination?: { write(line: string): void };
}

/** Whatever carries a secret by its name is masked wherever it is logged; what is not logged needs no mask. */
const SECRETS = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'key'];
const REDACTED = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines: time in ISO 8601, level by name, no host and process id on each. */
export function createLog({ level = 'info', destination = pino.destination(2) }: LogOptions = {}): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[masked]' },
      serializers: { err: errorFacts },
    },
    destination,
  );
}

/** Messages of our errors name ids and limits; those of others may quote content, and their stack is enough to find them. */
function errorFacts(error: unknown): unknown {
  if (isAquiferError(error))
    return { code: error.code, message: error.message, cause: errorFacts(error.cause) };
  if (!(error instanceof Error)) return undefined;
  const [, ...frames] = (error.stack ?? '').split('\n');
  return { name: error.name, message: error.message.slice(0, 500), stack: frames.join('\n') };
}
