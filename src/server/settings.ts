import type { JwtSettings } from '../accounts/index.js';
import type { AquiferConfig } from '../config/index.js';
import type { ConfiguredLimits } from './live/index.js';
import type { RateLimits } from './rate-limiter.js';

/** What the server needs to know, made of the section `server` of the configuration. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly bodyBytes: number;
  readonly uploadBytes: number;
  readonly requestTimeoutMs: number;
  readonly connections: number;
  readonly origins: readonly string[];
  readonly trustProxy: boolean;
  readonly drainMs: number;
  /** Of `/ws`. */
  readonly live: ConfiguredLimits;
  readonly jwt: JwtSettings | undefined;
  readonly rateLimit: RateLimits | undefined;
}

export function serverSettings({ server }: Pick<AquiferConfig, 'server'>): ServerSettings {
  const { jwt, rateLimit, origins, ...rest } = server;
  const isWanted = jwt.secret !== undefined || jwt.jwksUrl !== undefined;
  return {
    ...rest,
    origins: origins
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ''),
    jwt: isWanted ? jwt : undefined,
    rateLimit: rateLimit.enabled
      ? {
          credential: { perSecond: rateLimit.perSecond, burst: rateLimit.burst },
          tenant: { perSecond: rateLimit.tenantPerSecond, burst: rateLimit.tenantBurst },
        }
      : undefined,
  };
}
