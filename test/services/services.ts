import { connect } from 'node:net';

/** Where the tests find one real service: the variable that names it, and where `scripts/services up` puts it. */
interface ServiceAddress {
  readonly variable: string;
  readonly defaultUrl: string;
}

const ADDRESSES = {
  postgres: {
    variable: 'AQUIFER_TEST_POSTGRES_URL',
    defaultUrl: 'postgres://postgres@127.0.0.1:5517/postgres',
  },
  'postgres-standby': {
    variable: 'AQUIFER_TEST_POSTGRES_STANDBY_URL',
    defaultUrl: 'postgres://postgres@127.0.0.1:5518/postgres',
  },
  redis: { variable: 'AQUIFER_TEST_REDIS_URL', defaultUrl: 'redis://127.0.0.1:6479' },
  chroma: { variable: 'AQUIFER_TEST_CHROMA_URL', defaultUrl: 'http://127.0.0.1:8801' },
  s3: { variable: 'AQUIFER_TEST_S3_URL', defaultUrl: 'http://127.0.0.1:9605' },
} as const satisfies Record<string, ServiceAddress>;

export type ServiceName = keyof typeof ADDRESSES;

export const SERVICE_NAMES = Object.keys(ADDRESSES) as readonly ServiceName[];

const CONNECT_TIMEOUT_MS = 1000;

/** The address in use: the environment's, else the one `scripts/services` listens on by default. */
export function serviceUrl(name: ServiceName): string {
  const { variable, defaultUrl } = ADDRESSES[name];
  return process.env[variable] || defaultUrl;
}

/** The keys of the test S3 server, which open nothing but it. */
export function s3Credentials(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return {
    accessKeyId: process.env.AQUIFER_TEST_S3_ACCESS_KEY_ID || 'AQUIFERTEST',
    secretAccessKey: process.env.AQUIFER_TEST_S3_SECRET_ACCESS_KEY || 'aquifer-test-secret',
  };
}

/**
 * Whether the service listens, for `describe.skipIf(!(await serviceAvailable('redis')))`.
 * @throws Error where `CI` is `true` and the service is lacking: there a skipped test would pass unseen.
 */
export async function serviceAvailable(name: ServiceName): Promise<boolean> {
  const available = await serviceListens(name);
  if (!available && process.env.CI === 'true') {
    throw new Error(`CI needs ${name} at ${serviceUrl(name)}; start it with scripts/services up`);
  }
  return available;
}

/** Whether something accepts connections at the service's address, within a second. */
export function serviceListens(name: ServiceName): Promise<boolean> {
  const { hostname, port } = new URL(serviceUrl(name));
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: CONNECT_TIMEOUT_MS });
    const finish = (listens: boolean) => {
      socket.destroy();
      resolve(listens);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
