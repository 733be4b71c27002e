export interface AuroraOptions {
  /** `arn:aws:rds:region:account:cluster:name`. */
  readonly resourceArn: string;
  /** Of the secret in Secrets Manager with the database user and its password. */
  readonly secretArn: string;
  readonly database: string;
  /** @default the region in `resourceArn` */
  readonly region?: string | undefined;
  /** Address of the service, for a VPC endpoint or a test. @default the service of the region */
  readonly endpoint?: string | undefined;
  /** Milliseconds that a transaction waits for a paused cluster to resume. @default 60000 */
  readonly resumeTimeoutMs?: number;
  /** Milliseconds for one call; the service itself ends a statement after 45 s. @default 60000 */
  readonly requestTimeoutMs?: number;
  /** Milliseconds to find out what became of a commit whose answer was lost. @default 15000 */
  readonly commitLookupMs?: number;
  /** Milliseconds between signs of life of a lock; the service ends idle transactions after 3 min. @default 30000 */
  readonly keepAliveMs?: number;
}

export const DEFAULTS = {
  resumeTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  commitLookupMs: 15_000,
  keepAliveMs: 30_000,
} as const;

/** The fourth part of an ARN. */
export function regionOf({ region, resourceArn }: AuroraOptions): string | undefined {
  return region ?? (resourceArn.split(':')[3] || undefined);
}
