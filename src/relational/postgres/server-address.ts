import type pg from 'pg';
import { AquiferError } from '../../errors/index.js';
import { TLS_PARAMETERS, tlsOptions } from './tls.js';

/** Where a server is and how it is reached. */
export interface ServerAddress {
  readonly client: pg.ClientConfig;
  /** The URL says that a PgBouncer is in between. */
  readonly pgbouncer: boolean;
}

/** Milliseconds of silence after which the system asks whether the other side still lives. */
const KEEP_ALIVE_MS = 10_000;

/** @throws AQF_CONFIG_INVALID */
export function readServerAddress(url: string): ServerAddress {
  const [head, query = ''] = splitOnce(url, '?');
  const params = new URLSearchParams(query);
  const ssl = isSocket(params) ? false : tlsOptions(params);
  const pgbouncer = readFlag(params, 'pgbouncer');
  for (const name of [...TLS_PARAMETERS, 'pgbouncer']) params.delete(name);
  const rest = params.size === 0 ? head : `${head}?${params}`;
  const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS };
  // Given apart from the URL: node-postgres reads sslmode differently, and warns of it on the console.
  return { client: { connectionString: rest, ssl, ...keepAlive }, pgbouncer };
}

function splitOnce(text: string, mark: string): [head: string, tail: string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** libpq ignores TLS parameters on a Unix socket. */
function isSocket(params: URLSearchParams): boolean {
  return params.get('host')?.startsWith('/') ?? false;
}

function readFlag(params: URLSearchParams, name: string): boolean {
  const value = params.get(name) ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new AquiferError('AQF_CONFIG_INVALID', `${name} in the database URL is neither true nor false.`);
}
