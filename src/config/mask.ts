import type { SettingKind } from './schema/index.js';
import { parseUrl, type UrlParts } from './url.js';

const HIDDEN = '***';
const LONGEST_SHOWN = 80;
const KNOWN_SCHEMES = new Set(
  'postgres postgresql redis rediss http https mysql mariadb mongodb mongodb+srv sqlserver sqlite file'.split(
    ' ',
  ),
);
const DATABASE_SCHEMES = new Set(['postgres', 'postgresql', 'redis', 'rediss']);
/** Parameters that never hold a secret. A list of the secret ones could only ever be incomplete. */
const HARMLESS_PARAMS = new Set(
  'host port user dbname sslmode application_name connect_timeout target_session_attrs schema pgbouncer'.split(
    ' ',
  ),
);

/**
 * A connection URL without its secrets: `postgres://app:***@db:5432/shop?sslmode=require`. Of a text that
 * cannot be taken apart nothing but a well-known scheme is shown.
 */
export function maskUrl(text: string): string {
  const url = parseUrl(text);
  if (!url || !KNOWN_SCHEMES.has(url.scheme)) return maskMalformed(text);
  return `${url.scheme}://${maskCredentials(url)}${url.host}${maskPath(url)}${maskParams(url)}`;
}

/** Free text with every URL in it masked, shortened to a length that fits a message. */
export function maskText(text: string): string {
  const masked = text.includes('://') ? text.replace(/[a-z][a-z0-9+.-]*:\/\/.*$/gis, maskUrl) : text;
  return masked.length > LONGEST_SHOWN ? `${masked.slice(0, LONGEST_SHOWN)}…` : masked;
}

/** A given value as an error may show it: text in quotes, URLs masked, of anything structured only its kind. */
export function showGiven(kind: SettingKind, value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return showText(kind, value);
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return kind === 'secret' || kind === 'url' ? `a ${typeof value}` : String(value);
}

function showText(kind: SettingKind, text: string): string {
  if (text === '') return 'empty';
  if (kind === 'secret') return HIDDEN;
  return JSON.stringify(kind === 'url' ? maskUrl(text) : maskText(text));
}

function maskMalformed(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && KNOWN_SCHEMES.has(scheme) ? `${scheme}://${HIDDEN}` : HIDDEN;
}

/** Outside databases a user name without a password is commonly a token. */
function maskCredentials({ scheme, username, password }: UrlParts): string {
  if (username === '' && password === '') return '';
  if (password !== '') return `${username}:${HIDDEN}@`;
  return scheme.startsWith('postgres') ? `${username}@` : `${HIDDEN}@`;
}

/** A database path is a name or a number; a path of anything else may carry a key. */
function maskPath({ scheme, path }: UrlParts): string {
  return DATABASE_SCHEMES.has(scheme) || path === '' || path === '/' ? path : `/${HIDDEN}`;
}

function maskParams({ params }: UrlParts): string {
  if (params.length === 0) return '';
  const shown = params.map(([name, value]) =>
    HARMLESS_PARAMS.has(name) ? `${name}=${value}` : maskParam(name),
  );
  return `?${shown.join('&')}`;
}

/** A name outside `HARMLESS_PARAMS` is shown only if it looks like a name. */
function maskParam(name: string): string {
  return /^[a-z][a-z_-]{0,40}$/i.test(name) ? `${name}=${HIDDEN}` : HIDDEN;
}
