import { z } from 'zod';
import { parseUrl } from '../url.js';
import { settingRegistry, wholeNumber } from './setting.js';

/** Settings of `relational` that matter where the database is a primary with replicas. */
export const cluster = {
  hosts: z
    .string()
    .refine(isHostList)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description:
        'The other servers of the cluster that `relational.url` names one of; user, password, database and parameters are the same. Which of them is the primary is asked of them; see deployment.md.',
      allowed: 'hosts with or without ports, or folders of Unix sockets, such as db2:5432,db3:5432',
      variables: ['AQUIFER_RELATIONAL_HOSTS'],
    }),
  lagThresholdMs: wholeNumber({
    min: 1,
    max: 3_600_000,
    default: 100,
    description: 'Milliseconds; a replica further behind the primary serves no reads.',
    variables: ['AQUIFER_RELATIONAL_LAG_THRESHOLD_MS'],
  }),
  failover: z
    .strictObject({
      timeoutMs: wholeNumber({
        min: 0,
        max: 3_600_000,
        default: 30_000,
        description: 'Milliseconds that work waits for a new primary among the hosts.',
        variables: ['AQUIFER_RELATIONAL_FAILOVER_TIMEOUT_MS'],
      }),
      maxLagMs: wholeNumber({
        min: 0,
        max: 3_600_000,
        default: 1_000,
        description:
          'Milliseconds; a new primary that lacks more of what was committed is refused, where that can be known.',
        variables: ['AQUIFER_RELATIONAL_FAILOVER_MAX_LAG_MS'],
      }),
    })
    .prefault({}),
};

function isHostList(text: string): boolean {
  return text.split(',').every(isHost);
}

function isHost(text: string): boolean {
  if (text.startsWith('/')) return /^\/[^\s?#@]+$/.test(text);
  return /^[\w.:[\]-]+$/.test(text) && !text.startsWith(':') && parseUrl(`postgres://${text}`) !== undefined;
}
