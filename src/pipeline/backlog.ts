import type { RelationalProvider, Row } from '../relational/index.js';
import * as queries from './queries.js';
import { SYSTEM } from './types.js';

/** What waits to be embedded, of all tenants. */
export interface EmbeddingBacklog {
  readonly documents: number;
  readonly tenants: number;
  /** Milliseconds since the document that waits longest changed; 0 when none waits. */
  readonly oldestMs: number;
  /** Documents that are not tried any more. */
  readonly dead: number;
}

/** It stands in the database: no queue is asked. */
export async function readBacklog(relational: RelationalProvider): Promise<EmbeddingBacklog> {
  const { rows } = await relational.query<EmbeddingBacklog & Row>(SYSTEM, { text: queries.BACKLOG });
  return rows[0] ?? { documents: 0, tenants: 0, oldestMs: 0, dead: 0 };
}
