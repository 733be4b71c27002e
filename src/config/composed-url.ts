import type { Given } from './layer.js';
import { maskText } from './mask.js';
import { composePostgresUrl } from './postgres-parts.js';
import type { Environment } from './types.js';

const PREFIX = 'RELATIONAL_DB_';

/** The connection URL that the separate RELATIONAL_DB_* variables make up, or undefined where none is set. */
export function composeDatabaseUrl(env: Environment): Given | undefined {
  const [host, port, user, password, database] = ['HOST', 'PORT', 'USER', 'PASSWORD', 'NAME'].map(
    (part) => env[`${PREFIX}${part}`] || undefined,
  );
  if (![host, port, user, password, database].some(Boolean)) return undefined;

  const source = { kind: 'env', name: `${PREFIX}*` } as const;
  const fail = (problem: string): Given => ({ value: undefined, source, problem });
  if (!host) return fail(missing('HOST', 'a host name or, for a Unix socket, its folder'));
  if (!database) return fail(missing('NAME', 'the name of the database'));
  if (password && !user) return fail(missing('USER', 'the user that the password belongs to'));
  if (!isHost(host))
    return fail(wrong('HOST', host, 'a host name, an address or, for a Unix socket, its folder'));
  if (port && !isPort(port)) return fail(wrong('PORT', port, 'a whole number from 1 to 65535'));
  return { value: composePostgresUrl({ host, port, user, password, database }), source };
}

function missing(part: string, what: string): string {
  return `${PREFIX}${part} is not set, but other ${PREFIX}* variables are; give ${what}, or a whole URL in AQUIFER_DATABASE_URL.`;
}

function wrong(part: string, value: string, allowed: string): string {
  return `${PREFIX}${part} is ${JSON.stringify(maskText(value))}; allowed: ${allowed}.`;
}

function isHost(host: string): boolean {
  return host.startsWith('/') || !/[\s/?#@%\\]/.test(host);
}

function isPort(port: string): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
}
