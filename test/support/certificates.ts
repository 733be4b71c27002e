import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_AS } from './private-node.js';

/** Files of a certificate for the name `localhost`, its key, the authority that signed it, and one that did not. */
export interface Certificates {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  readonly stranger: string;
}

/** Made with openssl; the key is readable by the server's user alone, as PostgreSQL demands. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  for (const name of ['authority', 'stranger']) {
    const names = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names);
  }
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=server',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  writeFileSync(path('names'), 'subjectAltName=DNS:localhost\n');
  const signing = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-extfile', 'names', '-out', 'server.crt');
  chmodSync(path('server.key'), 0o600);
  if (RUN_AS.uid !== undefined) chownSync(path('server.key'), RUN_AS.uid, RUN_AS.gid);
  return {
    certificate: path('server.crt'),
    key: path('server.key'),
    authority: path('authority.crt'),
    stranger: path('stranger.crt'),
  };
}
