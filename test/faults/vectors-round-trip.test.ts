import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, type RelationalProvider } from '../../src/relational/index.js';
import { tenantContext } from '../../src/tenancy/index.js';
import { openChromaStore } from '../../src/vectors/chroma/index.js';
import { Checksum, digestOf, rounded } from '../../src/vectors/migrate/digest.js';
import type { SpaceMigration } from '../../src/vectors/migrate/index.js';
import { pgvectorStore } from '../../src/vectors/pgvector/index.js';
import { distanceOf, Nearest, type Ranked } from '../../src/vectors/records/index.js';
import type { VectorRecord, VectorSpace, VectorStore } from '../../src/vectors/store.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { type CliResult, startCli } from '../support/cli.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { PROPOSAL_DIMENSIONS, proposalRecords } from '../support/proposals.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

/** Fewer to try the test itself. */
const AMOUNT = Number(process.env.AQUIFER_TEST_ROUND_TRIP || 10_000);
const QUERIES = 20;
const POLL_MS = 50;

const hasServices = (await serviceAvailable('chroma')) && (await serviceAvailable('postgres'));

describe.skipIf(!hasServices)(`${AMOUNT} vectors from Chroma to pgvector and back`, () => {
  const tenantId = `round-trip-${randomUUID()}`;
  const context = tenantContext({ tenantId });
  const space: VectorSpace = {
    name: 'passages',
    model: 'test:all-MiniLM-L6-v2',
    dimensions: PROPOSAL_DIMENSIONS,
    metric: 'cosine',
  };
  const folder = makeTempDir();
  const records = proposalRecords(AMOUNT);
  let database: TestDatabase;
  let provider: RelationalProvider;
  let chroma: VectorStore;
  let pgvector: VectorStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await openTestPostgres(database);
    await migrate(provider);
    pgvector = pgvectorStore(provider);
    chroma = await openChromaStore({ url: serviceUrl('chroma') });
  });
  afterAll(async () => {
    await chroma.deleteTenant(context);
    await provider.close();
    await database.drop();
    await removeTempDir(folder);
  });

  const start = (from: string, to: string) =>
    startCli(
      [
        'vectors',
        'migrate',
        '--from',
        from,
        '--to',
        to,
        '--tenant',
        tenantId,
        '--data-dir',
        folder,
        '--json',
      ],
      {
        env: { AQUIFER_DATABASE_URL: database.url, AQUIFER_VECTORS_CHROMA_URL: serviceUrl('chroma') },
      },
    );

  /** Killed in the middle, run again: the second run does the rest only. */
  async function migrateWithKill(from: string, to: string, target: VectorStore): Promise<SpaceMigration> {
    const killed = start(from, to);
    const early = killed.ended.then((result) => result);
    await reached(target, AMOUNT / 3, early);
    killed.child.kill('SIGKILL');
    expect((await early).signal).toBe('SIGKILL');
    expect(existsSync(join(folder, 'vectors-migration.json'))).toBe(true);
    const { code, stdout, stderr } = await start(from, to).ended;
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { spaces } = JSON.parse(stdout) as { spaces: SpaceMigration[] };
    const [done] = spaces;
    if (!done || spaces.length !== 1) throw new Error(`migrated ${spaces.length} spaces`);
    expect(done.resumedAfter).toEqual(expect.any(String));
    expect(done.copied).toBeLessThan(AMOUNT);
    expect(done.verification).toMatchObject({
      count: { from: AMOUNT, to: AMOUNT },
      precision: 'half',
      neighbours: { sampled: 20, identical: 20 },
    });
    expect(done.verification?.checksum.to).toBe(done.verification?.checksum.from);
    return done;
  }

  async function reached(target: VectorStore, amount: number, ended: Promise<CliResult>): Promise<void> {
    let early: CliResult | undefined;
    void ended.then((result) => {
      early = result;
    });
    while ((await target.count(context, space)) < amount) {
      if (early) throw new Error(`the migration ended before it was killed: ${early.stderr}`);
      await wait(POLL_MS);
    }
  }

  async function checksumOf(store: VectorStore): Promise<string> {
    const checksum = new Checksum();
    for await (const batch of store.scan(context, space, { batch: 1000 })) {
      for (const record of batch) checksum.add(digestOf(record, 'half'));
    }
    return `${checksum.count} ${checksum}`;
  }

  const queries = Array.from(
    { length: QUERIES },
    (_, at) => records[Math.floor((at * AMOUNT) / QUERIES)],
  ).flatMap((record) => record?.embedding ?? []);

  /** Ten nearest of each query, by all vectors as half precision holds them. */
  const expected = exactNearest(records, queries);

  async function expectNearest(store: VectorStore, recall: number, least: number): Promise<void> {
    let found = 0;
    for (const [at, vector] of queries.entries()) {
      const { hits } = await store.query(context, space, vector, { topK: 10, recall });
      const wanted = new Set(expected[at]?.map(({ id }) => id));
      found += hits.filter(({ id }) => wanted.has(id)).length;
    }
    expect(found / (QUERIES * 10)).toBeGreaterThanOrEqual(least);
  }

  test('leave the same set and the same neighbours, though each way is killed in the middle', {
    timeout: 3_600_000,
  }, async () => {
    await chroma.upsert(context, space, records);
    const original = await checksumOf(chroma);

    await migrateWithKill('chromadb', 'pgvector', pgvector);
    expect(await checksumOf(pgvector)).toBe(original);
    await expectNearest(pgvector, 1, 0.99);

    await chroma.deleteTenant(context);
    const back = await migrateWithKill('pgvector', 'chromadb', chroma);
    expect(back.verification?.neighbours.recall.to).toBeGreaterThanOrEqual(0.98);
    expect(await checksumOf(chroma)).toBe(original);
    await expectNearest(chroma, 0.98, 0.98);
  });
});

function exactNearest(records: readonly VectorRecord[], vectors: readonly Float32Array[]): Ranked[][] {
  const lists = vectors.map((vector) => ({ vector, nearest: new Nearest<Ranked>(10) }));
  const distance = distanceOf('cosine');
  for (const { id, embedding } of records) {
    const held = rounded(embedding, 'half');
    for (const { vector, nearest } of lists) nearest.add({ id, distance: distance(vector, held) });
  }
  return lists.map(({ nearest }) => nearest.ranked());
}
