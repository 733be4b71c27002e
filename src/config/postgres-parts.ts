/** A PostgreSQL server as separate values, each as a variable gave it. */
export interface PostgresParts {
  readonly host: string;
  readonly port?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database: string;
}

/**
 * The connection URL of the parts, percent-encoded where needed. A host that is a folder becomes the
 * `host` parameter, which is how libpq (section 32.1.1.2) and node-postgres name a Unix socket.
 */
export function composePostgresUrl({ host, port, user, password, database }: PostgresParts): string {
  const path = `/${encodeURIComponent(database)}`;
  const credentials = composeCredentials(user, password);
  if (!host.startsWith('/')) {
    return `postgres://${credentials}${bracketed(host)}${port === undefined ? '' : `:${port}`}${path}`;
  }
  const socketPort = port === undefined ? '' : `&port=${port}`;
  return `postgres://${credentials}${path}?host=${encodeURIComponent(host)}${socketPort}`;
}

function composeCredentials(user: string | undefined, password: string | undefined): string {
  if (user === undefined) return '';
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return `${encodeURIComponent(user)}${secret}@`;
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
