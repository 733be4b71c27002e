import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const SERVICES = process.env.AQUIFER_SERVICES_HOME || '/var/tmp/aquifer-services';
const ROOT = `${SERVICES}/redis/root`;
const PROGRAM = `${ROOT}/usr/bin/redis-server`;
const LIBRARIES = [`${ROOT}/usr/lib/x86_64-linux-gnu`, `${ROOT}/lib/x86_64-linux-gnu`];

/** Whether private Redis servers can be started here; says why when not. @throws Error where `CI` is `true` and not */
export function redisServerAvailable(): boolean {
  const missing = [PROGRAM, loader()].filter((file) => !existsSync(file));
  if (missing.length === 0) return true;
  const message = `no ${missing.join(', ')}; scripts/services up installs Redis natively`;
  if (process.env.CI === 'true') throw new Error(`CI needs private Redis servers: ${message}`);
  console.log(`Skipped, no private Redis server: ${message}`);
  return false;
}

/** What starts a Redis server on the C library that it was unpacked with. */
export function redisServerCommand(args: readonly string[]): string[] {
  return [loader(), '--library-path', LIBRARIES.join(':'), PROGRAM, ...args];
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Debian 12 and 13 keep it in different folders. */
function loader(): string {
  const files = ['usr/lib64', 'lib64'].map((folder) => join(ROOT, folder, 'ld-linux-x86-64.so.2'));
  return files.find((file) => existsSync(file)) ?? (files[0] as string);
}
