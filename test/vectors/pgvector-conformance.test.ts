import { afterAll, beforeAll } from 'vitest';
import { openPostgresNode } from '../../src/relational/postgres/provider.js';
import { vectorStoreConformance } from '../../src/vectors/conformance.js';
import { pgvectorStore } from '../../src/vectors/pgvector/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { TEST_POOL } from '../support/postgres.js';

const NOBODY_LISTENS = 'postgres://postgres@127.0.0.1:9/nothing';

await describeOnEachDatabase('vectors in tables', (open, kind) => {
  let database: OpenedDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  vectorStoreConformance(`pgvector, ${kind}`, {
    open: async () => pgvectorStore(database.provider),
    openUnavailable: async () => pgvectorStore(openPostgresNode({ url: NOBODY_LISTENS, pool: TEST_POOL })),
    precision: 2 ** -11,
  });
});
