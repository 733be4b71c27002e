import { z } from 'zod';
import { isHttpUrl } from '../url.js';
import { choice, decimal, flag, type SettingMeta, settingRegistry, wholeNumber } from './setting.js';

const described = (description: string, variables: readonly string[], allowed = 'a text'): SettingMeta => ({
  kind: 'text',
  description,
  allowed,
  variables,
});
const optionalText = (...about: Parameters<typeof described>) =>
  z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, described(...about));
const text = (preset: string, ...about: Parameters<typeof described>) =>
  z
    .string()
    .min(1)
    .default(preset)
    .register(settingRegistry, described(...about));

const jwt = z.strictObject({
  secret: z
    .string()
    .min(32)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description:
        'Secret that HS256 tokens are signed with. Not set, and no `jwksUrl` either: API keys only.',
      allowed: 'a text of at least 32 characters',
      variables: ['AQUIFER_JWT_SECRET'],
    }),
  jwksUrl: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Where the public keys of the issuer of tokens are (JWKS), in place of a secret.',
      allowed: 'https://host/path',
      variables: ['AQUIFER_JWT_JWKS_URL'],
    }),
  issuer: optionalText('Issuer that tokens must name (`iss`).', ['AQUIFER_JWT_ISSUER']),
  audience: optionalText('Audience that tokens must name (`aud`).', ['AQUIFER_JWT_AUDIENCE']),
  tenantClaim: text('tenant_id', 'Claim that names the tenant.', ['AQUIFER_JWT_TENANT_CLAIM']),
  rolesClaim: text('roles', 'Claim that lists the roles.', ['AQUIFER_JWT_ROLES_CLAIM']),
  permissionsClaim: text('permissions', 'Claim that lists permissions, `entity:action`.', [
    'AQUIFER_JWT_PERMISSIONS_CLAIM',
  ]),
});

const rateLimit = z.strictObject({
  enabled: flag({
    default: true,
    description: 'Whether requests are counted, by credential and by tenant.',
    variables: ['AQUIFER_RATE_LIMIT_ENABLED'],
  }),
  store: choice(['auto', 'memory', 'redis', 'postgres'], 'auto', {
    description:
      'Where they are counted. `auto`: in Redis where `redis.url` is set, else in this process on the embedded database, else in PostgreSQL.',
    variables: ['AQUIFER_RATE_LIMIT_STORE'],
  }),
  perSecond: decimal({
    min: 0.01,
    max: 1_000_000,
    default: 50,
    description: 'Requests a second of one credential.',
    variables: ['AQUIFER_RATE_LIMIT_PER_SECOND'],
  }),
  burst: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 200,
    description: 'Requests of one credential at once, after a pause.',
    variables: ['AQUIFER_RATE_LIMIT_BURST'],
  }),
  tenantPerSecond: decimal({
    min: 0.01,
    max: 1_000_000,
    default: 200,
    description: 'Requests a second of one tenant.',
    variables: ['AQUIFER_RATE_LIMIT_TENANT_PER_SECOND'],
  }),
  tenantBurst: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 800,
    description: 'Requests of one tenant at once, after a pause.',
    variables: ['AQUIFER_RATE_LIMIT_TENANT_BURST'],
  }),
});

const live = z.strictObject({
  socketsPerTenant: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 500,
    description: 'Sockets of `/ws` that one tenant may have open at one server.',
    variables: ['AQUIFER_LIVE_SOCKETS_PER_TENANT'],
  }),
  subscriptions: wholeNumber({
    min: 1,
    max: 10_000,
    default: 32,
    description: 'Subscriptions of one socket.',
    variables: ['AQUIFER_LIVE_SUBSCRIPTIONS'],
  }),
  bufferedBytes: wholeNumber({
    min: 1024,
    max: 1 << 30,
    default: 256 * 1024,
    description:
      'Bytes that wait for a client that reads slowly; then its subscriptions wait too, and catch up when it reads again.',
    variables: ['AQUIFER_LIVE_BUFFERED_BYTES'],
  }),
  heartbeatMs: wholeNumber({
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description:
      'Milliseconds between two pings of a socket, after which its credential is checked again; who has not answered one by the next is cut.',
    variables: ['AQUIFER_LIVE_HEARTBEAT_MS'],
  }),
});

export const server = z.strictObject({
  host: text(
    '127.0.0.1',
    'Address that is listened on. Others than 127.0.0.1 and ::1 need an API key that exists already, or JWTs.',
    ['AQUIFER_HOST'],
    'an IP address or a host name',
  ),
  port: wholeNumber({
    min: 0,
    max: 65_535,
    default: 4100,
    description: 'Port that everything is served on; 0 takes a free one.',
    variables: ['AQUIFER_PORT'],
  }),
  origins: z
    .string()
    .default('')
    .register(settingRegistry, {
      kind: 'text',
      description: 'Origins that browsers may ask from besides the server’s own (CORS).',
      allowed: 'https://app.example,https://other.example',
      variables: ['AQUIFER_ORIGINS'],
    }),
  trustProxy: flag({
    default: false,
    description: 'Whether `X-Forwarded-…` is believed: only behind a proxy that sets it.',
    variables: ['AQUIFER_TRUST_PROXY'],
  }),
  bodyBytes: wholeNumber({
    min: 1024,
    max: 1 << 30,
    default: 4 << 20,
    description: 'Bytes of a body that is not a file.',
    variables: ['AQUIFER_BODY_BYTES'],
  }),
  uploadBytes: wholeNumber({
    min: 1024,
    max: 1024 ** 4,
    default: 2 * 1024 ** 3,
    description: 'Bytes of an uploaded file.',
    variables: ['AQUIFER_UPLOAD_BYTES'],
  }),
  requestTimeoutMs: wholeNumber({
    min: 1000,
    max: 86_400_000,
    default: 600_000,
    description: 'Milliseconds in which a whole request must arrive.',
    variables: ['AQUIFER_REQUEST_TIMEOUT_MS'],
  }),
  connections: wholeNumber({
    min: 1,
    max: 1_000_000,
    default: 2000,
    description: 'Connections at once; more are refused.',
    variables: ['AQUIFER_CONNECTIONS'],
  }),
  drainMs: wholeNumber({
    min: 0,
    max: 60_000,
    default: 0,
    description:
      'Milliseconds between readiness going false and the last new connection, for a load balancer to notice.',
    variables: ['AQUIFER_DRAIN_MS'],
  }),
  logLevel: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info', {
    description: 'Least level of what the server logs, as JSON lines on standard error.',
    variables: ['AQUIFER_LOG_LEVEL'],
  }),
  slowQueryMs: wholeNumber({
    min: 0,
    max: 3_600_000,
    default: 100,
    description: 'Milliseconds from which on a statement is logged; 0 logs none.',
    variables: ['AQUIFER_SLOW_QUERY_MS'],
  }),
  live: live.prefault({}),
  jwt: jwt.prefault({}),
  rateLimit: rateLimit.prefault({}),
});
