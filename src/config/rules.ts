import type { CheckedSetting } from './check.js';
import { nameSource } from './layer.js';

/** What two settings must be to each other. */
interface Rule {
  readonly paths: readonly [string, string];
  holds(first: unknown, second: unknown): boolean;
  readonly allowed: string;
}

const RULES: readonly Rule[] = [
  {
    paths: ['chunking.overlapTokens', 'chunking.maxTokens'],
    holds: (overlap, max) => Number(overlap) < Number(max),
    allowed: 'an overlap smaller than the chunk',
  },
  {
    paths: ['relational.pool.min', 'relational.pool.max'],
    holds: (min, max) => Number(min) <= Number(max),
    allowed: 'a minimum not above the maximum',
  },
  {
    paths: ['relational.provider', 'relational.url'],
    holds: (provider, url) => provider !== 'postgres' || url !== undefined,
    allowed: 'a server with its URL, such as in AQUIFER_DATABASE_URL or DATABASE_URL',
  },
  {
    paths: ['relational.provider', 'relational.aurora.resourceArn'],
    holds: (provider, arn) => provider !== 'aurora' || arn !== undefined,
    allowed: 'a cluster with its ARN',
  },
  {
    paths: ['relational.provider', 'relational.aurora.secretArn'],
    holds: (provider, arn) => provider !== 'aurora' || arn !== undefined,
    allowed: 'a cluster with the ARN of the secret that opens it',
  },
  {
    paths: ['redis.url', 'redis.cluster'],
    holds: (url, cluster) => url === undefined || cluster === undefined,
    allowed: 'one of the two',
  },
  {
    paths: ['redis.url', 'redis.sentinels'],
    holds: (url, sentinels) => url === undefined || sentinels === undefined,
    allowed: 'one of the two',
  },
  {
    paths: ['redis.cluster', 'redis.sentinels'],
    holds: (cluster, sentinels) => cluster === undefined || sentinels === undefined,
    allowed: 'one of the two',
  },
];

/** Values that are fine alone and wrong together. */
export function checkTogether(settings: readonly CheckedSetting[]): string[] {
  const sound = new Map(settings.filter(({ problem }) => !problem).map((checked) => [checked.path, checked]));
  return RULES.flatMap(({ paths, holds, allowed }) => {
    const first = sound.get(paths[0]);
    const second = sound.get(paths[1]);
    if (!first || !second || holds(first.value, second.value)) return [];
    return [`${say(first)}, and ${say(second)}; allowed: ${allowed}.`];
  });
}

function say({ path, value, source }: CheckedSetting): string {
  return value === undefined ? `${path} is not set` : `${nameSource(source, path)} is ${value}`;
}
