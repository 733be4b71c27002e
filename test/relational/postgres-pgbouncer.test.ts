import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relationalConformance } from '../../src/relational/conformance.js';
import { OWNER } from '../../src/relational/index.js';
import { openPostgres, openPostgresNode } from '../../src/relational/postgres/provider.js';
import { serviceAvailable } from '../services/services.js';
import { type Pgbouncer, pgbouncerAvailable, startPgbouncer } from '../support/pgbouncer.js';
import { createTestDatabase, TEST_POOL, type TestDatabase } from '../support/postgres.js';

const available = (await serviceAvailable('postgres')) && pgbouncerAvailable();

describe.skipIf(!available).each([
  { way: 'that knows no prepared statements', prepared: 0, namedStatements: 'auto' },
  { way: 'that keeps prepared statements', prepared: 200, namedStatements: 'always' },
] as const)('through a PgBouncer in transaction mode $way', ({ prepared, namedStatements }) => {
  let bouncer: Pgbouncer;
  const databases: TestDatabase[] = [];
  const created = async () => {
    const database = await createTestDatabase();
    databases.push(database);
    return bouncer.url(new URL(database.url).pathname.slice(1));
  };
  beforeAll(async () => {
    bouncer = await startPgbouncer(prepared);
  });
  afterAll(async () => {
    await bouncer.stop();
    await Promise.all(databases.map((database) => database.drop()));
  });

  relationalConformance('postgres behind PgBouncer', async () =>
    openPostgres({ url: await created(), pool: TEST_POOL, namedStatements }),
  );

  test('timeouts hold for each statement and transaction, and stay with them', async () => {
    const url = await created();
    const pool = { ...TEST_POOL, max: 1 };
    const hasty = openPostgresNode({ url, pool, namedStatements, statementTimeoutMs: 100 });
    const patient = openPostgresNode({ url, pool, namedStatements, statementTimeoutMs: 0 });
    const slow = { text: 'select pg_sleep(0.3)' };
    const timeout = { code: 'AQF_STATEMENT_TIMEOUT' };
    await expect(hasty.query(OWNER, slow)).rejects.toMatchObject(timeout);
    await expect(hasty.transaction(OWNER, (tx) => tx.query(slow))).rejects.toMatchObject(timeout);
    await patient.query(OWNER, slow);
    await Promise.all([hasty.close(), patient.close()]);
  });

  test('more callers than the server has connections for keep apart, and share those', async () => {
    const node = openPostgresNode({ url: await created(), pool: { ...TEST_POOL, max: 8 }, namedStatements });
    const backends = await Promise.all(
      Array.from({ length: 100 }, () =>
        node.query<{ pid: number }>(OWNER, { text: 'select pg_backend_pid() as pid' }),
      ),
    );
    expect(new Set(backends.map(({ rows }) => rows[0]?.pid)).size).toBeLessThanOrEqual(3);
    await node.close();
  });

  test('does not listen, as nobody would be told', async () => {
    const node = openPostgresNode({ url: await created(), pool: TEST_POOL });
    expect(await node.listen('news', () => undefined)).toBeUndefined();
    await node.close();
  });
});
