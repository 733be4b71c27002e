import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.js';
import { readServerAddress } from './server-address.js';

const PEER = { subject: { CN: 'other.example' } } as PeerCertificate;

function ssl(query: string) {
  const given = readServerAddress(`postgres://app:pw@db.example/shop?${query}`).client.ssl;
  return typeof given === 'object' ? given : { off: given === false };
}

function rootFile(): string {
  const path = join(tempDir(), 'root.crt');
  writeFileSync(path, 'root');
  return path;
}

describe('encryption', () => {
  test.each(['', 'sslmode=disable', 'ssl=false', 'application_name=x'])('%j does not encrypt', (query) => {
    expect(ssl(query)).toEqual({ off: true });
  });

  test('require encrypts and checks nothing', () => {
    expect(ssl('sslmode=require')).toEqual({ rejectUnauthorized: false });
  });

  test.each(['require', 'verify-ca'])('%s with a root checks the chain and not the name', (mode) => {
    const options = ssl(`sslmode=${mode}&sslrootcert=${rootFile()}`);
    expect(options).toMatchObject({ rejectUnauthorized: true, ca: 'root' });
    expect(
      'checkServerIdentity' in options && options.checkServerIdentity?.('db.example', PEER),
    ).toBeUndefined();
  });

  test.each(['sslmode=verify-full', 'ssl=true', 'sslmode=verify-full&sslrootcert=system'])(
    '%s checks the chain to a root of Node, and the name',
    (query) => {
      expect(ssl(query)).toEqual({ rejectUnauthorized: true });
    },
  );

  test('verify-ca without a root is refused: any public certificate would pass', () => {
    expect(() => ssl('sslmode=verify-ca')).toThrow(/sslmode=verify-ca needs sslrootcert/);
  });

  test.each(['prefer', 'allow', 'nonsense'])('%s is refused', (mode) => {
    expect(() => ssl(`sslmode=${mode}`)).toThrow(
      `sslmode=${mode} in the database URL is not supported; allowed: disable, require, verify-ca or verify-full.`,
    );
  });

  test('a file that cannot be read is named by its parameter', () => {
    expect(() => ssl('sslmode=verify-full&sslrootcert=/nowhere/root.crt')).toThrow(
      /that sslrootcert in the database URL/,
    );
  });

  test('node-postgres is left nothing to warn about', () => {
    const { client } = readServerAddress(
      'postgres://app:p%40ss@db.example/shop?sslmode=require&application_name=x&pgbouncer=true',
    );
    expect(client.connectionString).toBe('postgres://app:p%40ss@db.example/shop?application_name=x');
  });
});

describe('where a server is', () => {
  const parse = (url: string) => {
    const { host, port, database, user, ssl: encrypted } = new pg.Client(readServerAddress(url).client);
    return { host, port, database, user, encrypted };
  };

  test('a host and a port', () => {
    expect(parse('postgres://app@db.example:6432/shop')).toEqual({
      host: 'db.example',
      port: 6432,
      database: 'shop',
      user: 'app',
      encrypted: false,
    });
  });

  test.each(['/cloudsql/project:region:instance', '%2Fcloudsql%2Fproject%3Aregion%3Ainstance'])(
    'the folder of a Unix socket, %s, on which encryption is not asked for',
    (folder) => {
      expect(parse(`postgres://app:pw@/shop?host=${folder}&sslmode=require`)).toEqual({
        host: '/cloudsql/project:region:instance',
        port: 5432,
        database: 'shop',
        user: 'app',
        encrypted: false,
      });
    },
  );

  test('a PgBouncer in between', () => {
    expect(readServerAddress('postgres://db/shop').pgbouncer).toBe(false);
    expect(readServerAddress('postgres://db/shop?pgbouncer=true').pgbouncer).toBe(true);
    expect(() => readServerAddress('postgres://db/shop?pgbouncer=yes')).toThrow(/neither true nor false/);
  });
});
