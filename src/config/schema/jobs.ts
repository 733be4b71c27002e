import { z } from 'zod';
import { choice, flag, wholeNumber } from './setting.js';

export const jobs = z.strictObject({
  queue: choice(['auto', 'redis', 'postgres'], 'auto', {
    description:
      'Where it is kept whose turn it is: in `redis`, or in the relational database (`postgres`, the embedded one too). `auto`: Redis where `redis.url` is set.',
    variables: ['AQUIFER_JOBS_QUEUE'],
  }),
  worker: flag({
    default: true,
    description:
      'Whether this process embeds what was stored to be embedded later, changed, or is to get another model.',
    variables: ['AQUIFER_JOBS_WORKER'],
  }),
  concurrency: wholeNumber({
    min: 1,
    max: 64,
    default: 2,
    description: 'Tenants that this process works for at once.',
    variables: ['AQUIFER_JOBS_CONCURRENCY'],
  }),
  batch: wholeNumber({
    min: 1,
    max: 2048,
    default: 64,
    description: 'Chunks that are embedded in one call and stored together.',
    variables: ['AQUIFER_JOBS_BATCH'],
  }),
  attempts: wholeNumber({
    min: 1,
    max: 100,
    default: 8,
    description:
      'Times that a document is tried until it is a dead letter. Waiting for a rate limit does not count.',
    variables: ['AQUIFER_JOBS_ATTEMPTS'],
  }),
  sweepMs: wholeNumber({
    min: 1000,
    max: 86_400_000,
    default: 60_000,
    description: 'Milliseconds between two looks at the database for what the queue has lost.',
    variables: ['AQUIFER_JOBS_SWEEP_MS'],
  }),
});
