import type { RelationalProvider, Row, SystemContext } from '../relational/index.js';
import type { Bucket, BucketStore, Taken } from './buckets.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'rate limits' };

interface BucketRow extends Row {
  readonly name: string;
  readonly remaining: number;
  readonly wait: number;
}

/** Buckets in the relational database, for servers that share one and have no Redis. */
export class PostgresBuckets implements BucketStore {
  readonly #relational: RelationalProvider;

  constructor(relational: RelationalProvider) {
    this.#relational = relational;
  }

  async take(buckets: readonly Bucket[], cost = 1): Promise<Taken> {
    const { rows } = await this.#relational.query<BucketRow>(CONTEXT, {
      name: 'aq_take_tokens',
      text: 'select name, remaining, wait from aquifer.take_tokens($1, $2)',
      values: [JSON.stringify(buckets), cost],
    });
    const byName = new Map(rows.map((row) => [row.name, row]));
    return {
      wait: Math.max(0, ...rows.map(({ wait }) => wait)),
      remaining: buckets.map(({ name }) => byName.get(name)?.remaining ?? 0),
    };
  }
}
