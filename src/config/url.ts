/** A connection URL taken apart, every piece as written (percent-encoded). */
export interface UrlParts {
  /** Lower case, without the colon. */
  readonly scheme: string;
  readonly username: string;
  readonly password: string;
  /** With the port; empty for a Unix socket. */
  readonly host: string;
  /** With its leading slash, or empty. */
  readonly path: string;
  readonly params: readonly (readonly [name: string, value: string])[];
}

const URL_SHAPE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)([^?#\s]*)(?:\?([^#\s]*))?$/i;

/**
 * Takes a connection URL apart, or returns undefined when it is not one beyond doubt. A `#`, or an `@`
 * behind the host, is such a doubt: both come from a password whose special characters were not
 * percent-encoded, and a lenient reader would then take a piece of the password for the host or the path.
 */
export function parseUrl(text: string): UrlParts | undefined {
  const [, scheme, authority, path, query = ''] = URL_SHAPE.exec(text) ?? [];
  if (scheme === undefined || authority === undefined || path === undefined) return undefined;
  if (path.includes('@') || query.includes('@') || !isPercentEncoded(text)) return undefined;

  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (!URL.canParse(`${scheme}://${host}${path}`)) return undefined;
  const [username = '', ...password] = authority.slice(0, Math.max(at, 0)).split(':');
  return {
    scheme: scheme.toLowerCase(),
    username,
    password: password.join(':'),
    host,
    path,
    params: query === '' ? [] : query.split('&').map(splitParam),
  };
}

function splitParam(param: string): readonly [name: string, value: string] {
  const [name = '', ...value] = param.split('=');
  return [name, value.join('=')];
}

/** True for a URL that node-postgres understands and that names a host or a socket folder. */
export function isPostgresUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url?.scheme !== 'postgres' && url?.scheme !== 'postgresql') return false;
  return hasHost(url) || url.params.some(([name, value]) => name === 'host' && value !== '');
}

export function isRedisUrl(text: string): boolean {
  return isUrlOf(['redis', 'rediss'], text);
}

export function isHttpUrl(text: string): boolean {
  return isUrlOf(['http', 'https'], text);
}

function isUrlOf(schemes: readonly string[], text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && schemes.includes(url.scheme) && hasHost(url);
}

function hasHost(url: UrlParts): boolean {
  return url.host !== '' && !url.host.startsWith(':');
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
