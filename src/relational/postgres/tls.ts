import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { AquiferError, messageOf } from '../../errors/index.js';

/** Parameters of a connection URL that say how the connection is encrypted (libpq, section 32.19). */
export const TLS_PARAMETERS = ['sslmode', 'ssl', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword'] as const;

const MODES = 'disable, require, verify-ca or verify-full';

/**
 * How a URL with these parameters is encrypted, with libpq's meaning: `require` encrypts and checks nothing,
 * unless `sslrootcert` names whom to trust, and is then the same as `verify-ca`; `verify-ca` checks the chain;
 * `verify-full` checks the host name too, against the roots that Node trusts where `sslrootcert` is not given or
 * is `system`. Without any of them the connection is not encrypted. `prefer` and `allow`, which anyone in
 * between can turn into `disable`, are refused.
 * @throws AQF_CONFIG_INVALID
 */
export function tlsOptions(params: URLSearchParams): ConnectionOptions | false {
  const mode = modeOf(params);
  if (mode === 'disable') return false;
  return { ...certificates(params), ...checks(mode, params.get('sslrootcert')) };
}

function modeOf(params: URLSearchParams): string {
  const mode = params.get('sslmode');
  if (mode === 'no-verify') return 'require';
  if (mode !== null) return mode;
  const ssl = params.get('ssl') ?? 'false';
  if (['true', '1'].includes(ssl)) return 'verify-full';
  if (['false', '0'].includes(ssl)) return params.has('sslrootcert') ? 'verify-full' : 'disable';
  throw invalid(`ssl=${shown(ssl)} in the database URL is not true or false; better give sslmode=${MODES}.`);
}

function checks(mode: string, rootCertificate: string | null): ConnectionOptions {
  const isOwnRoot = rootCertificate !== null && rootCertificate !== 'system';
  switch (mode) {
    case 'require':
      return isOwnRoot ? anyName : { rejectUnauthorized: false };
    case 'verify-ca':
      if (isOwnRoot) return anyName;
      // Whoever has a certificate of any public authority would pass.
      throw invalid('sslmode=verify-ca needs sslrootcert, the file of the authority that is trusted.');
    case 'verify-full':
      return { rejectUnauthorized: true };
    default:
      throw invalid(`sslmode=${shown(mode)} in the database URL is not supported; allowed: ${MODES}.`);
  }
}

const anyName: ConnectionOptions = { rejectUnauthorized: true, checkServerIdentity: () => undefined };

function certificates(params: URLSearchParams): ConnectionOptions {
  const root = params.get('sslrootcert');
  const password = params.get('sslpassword');
  return {
    ...(root !== null && root !== 'system' && { ca: read(root, 'sslrootcert') }),
    ...(params.has('sslcert') && { cert: read(params.get('sslcert'), 'sslcert') }),
    ...(params.has('sslkey') && { key: read(params.get('sslkey'), 'sslkey') }),
    ...(password !== null && { passphrase: password }),
  };
}

function read(path: string | null, parameter: string): string {
  try {
    return readFileSync(path ?? '', 'utf8');
  } catch (error) {
    throw invalid(`The file that ${parameter} in the database URL names cannot be read: ${messageOf(error)}`);
  }
}

function shown(value: string): string {
  return /^[\w-]{1,20}$/.test(value) ? value : '…';
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_CONFIG_INVALID', message, { hint: 'Correct relational.url.' });
}
