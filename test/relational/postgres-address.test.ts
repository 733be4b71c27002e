import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OWNER } from '../../src/relational/index.js';
import { openPostgresNode } from '../../src/relational/postgres/provider.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { TEST_POOL } from '../support/postgres.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';
import { RUN_AS } from '../support/private-node.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

describe.skipIf(!privateClusterAvailable())('a PostgreSQL that offers TLS and a Unix socket', () => {
  let folder: string;
  let socket: string;
  let files: Certificates;
  let cluster: PrivateCluster;
  const warned = vi.spyOn(process, 'emitWarning');

  beforeAll(async () => {
    folder = makeTempDir();
    chmodSync(folder, 0o755);
    files = makeCertificates(folder);
    socket = join(folder, 'project:region:instance');
    mkdirSync(socket);
    if (RUN_AS.uid !== undefined) chownSync(socket, RUN_AS.uid, RUN_AS.gid);
    cluster = await PrivateCluster.start({
      standbys: 0,
      settings: {
        ssl: 'on',
        ssl_cert_file: files.certificate,
        ssl_key_file: files.key,
        unix_socket_directories: socket,
      },
    });
  });
  afterAll(async () => {
    await cluster.stop();
    await removeTempDir(folder);
    warned.mockRestore();
  });

  /** Whether the connection of this URL is encrypted; rejects where there is none. */
  async function isEncrypted(url: string): Promise<boolean> {
    const node = openPostgresNode({ url, pool: TEST_POOL });
    try {
      const text = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
      return (await node.query<{ ssl: boolean }>(OWNER, { text })).rows[0]?.ssl ?? false;
    } finally {
      await node.close();
    }
  }

  const url = (host: string, query: string) =>
    `postgres://postgres@${host}:${cluster.node(0).port}/postgres?${query}`;

  test.each(['', 'sslmode=disable'])('with %j is not encrypted', async (query) => {
    expect(await isEncrypted(url('localhost', query))).toBe(false);
  });

  test('require is encrypted, whoever the server is', async () => {
    expect(await isEncrypted(url('127.0.0.1', 'sslmode=require'))).toBe(true);
  });

  test('verify-ca wants a certificate of the authority, for whatever name', async () => {
    const verified = (root: string) => isEncrypted(url('127.0.0.1', `sslmode=verify-ca&sslrootcert=${root}`));
    expect(await verified(files.authority)).toBe(true);
    await expect(verified(files.stranger)).rejects.toMatchObject({ code: 'AQF_DATABASE_UNAVAILABLE' });
  });

  test('verify-full wants the name too', async () => {
    const verified = (host: string, root: string) =>
      isEncrypted(url(host, `sslmode=verify-full&sslrootcert=${root}`));
    expect(await verified('localhost', files.authority)).toBe(true);
    await expect(verified('127.0.0.1', files.authority)).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1'),
    });
    await expect(verified('localhost', files.stranger)).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
    });
    await expect(isEncrypted(url('localhost', 'sslmode=verify-full'))).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
    });
  });

  test('locks and hints have connections of their own, encrypted alike', async () => {
    const node = openPostgresNode({
      url: url('localhost', `sslmode=verify-full&sslrootcert=${files.stranger}`),
      pool: TEST_POOL,
    });
    const refusal = { code: 'AQF_DATABASE_UNAVAILABLE' };
    await expect(node.exclusively('x', async () => undefined)).rejects.toMatchObject(refusal);
    await expect(node.listen('x', () => undefined)).rejects.toMatchObject(refusal);
    await node.close();
  });

  test('a Unix socket is found in its folder, even one with colons in its name', async () => {
    const query = `host=${socket}&port=${cluster.node(0).port}`;
    expect(await isEncrypted(`postgres://postgres@/postgres?${query}&sslmode=require`)).toBe(false);
    expect(
      await isEncrypted(
        `postgres://postgres@/postgres?${query.replaceAll(':', '%3A').replaceAll('/', '%2F')}`,
      ),
    ).toBe(false);
  });

  test('nothing of this warns on the console', () => {
    expect(warned).not.toHaveBeenCalled();
  });
});
