import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrate, type RelationalProvider, type Row } from '../../src/relational/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { TEST_POOL } from '../support/postgres.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';
import { RedisServer, redisServerAvailable } from '../support/redis-server.js';
import { WorkerProcess } from '../support/worker-process.js';
import { FlakyModel } from './pipeline-model.js';
import { MODEL_ID, type PipelineWorkerOptions } from './pipeline-worker.js';

const WORKER = fileURLToPath(new URL('./pipeline-worker.ts', import.meta.url));
const CHUNKS_A_DOCUMENT = 10;
/** Documents by tenant: 20,000 chunks, most of them of one tenant. */
const TENANTS: Readonly<Record<string, number>> = { large: 1700, small: 200, tiny: 99, one: 1 };
const CHUNKS = 20_000;
const BATCH = 64;
const CONCURRENCY = 2;
const UNTIL = { timeout: 600_000, interval: 200 };
const SYSTEM = { kind: 'system', reason: 'test' } as const;

const canRun = privateClusterAvailable() && redisServerAvailable();

describe.skipIf(!canRun)('20,000 chunks that are embedded', () => {
  let cluster: PrivateCluster;
  let redis: RedisServer;
  let model: FlakyModel;
  let relational: RelationalProvider;
  const workers: WorkerProcess[] = [];
  beforeAll(async () => {
    cluster = await PrivateCluster.start({ standbys: 0 });
    redis = await RedisServer.start();
    model = await FlakyModel.start();
    relational = await openPostgres({ url: cluster.node(0).url(), pool: TEST_POOL });
    await migrate(relational);
    for (const [tenant, documents] of Object.entries(TENANTS)) await fill(relational, tenant, documents);
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    await relational?.close();
    await model?.stop();
    await redis?.remove();
    await cluster?.stop();
  });

  test('have one vector each in the end, whoever is killed', { timeout: 900_000 }, async () => {
    const options: PipelineWorkerOptions = {
      postgres: cluster.node(0).url(),
      redis: redis.url(),
      model: model.url,
      batch: BATCH,
      concurrency: CONCURRENCY,
    };
    const start = async () => {
      const worker = await WorkerProcess.start(WORKER, options, ['--import', 'jiti/register']);
      workers.push(worker);
      return worker;
    };
    const begun = performance.now();
    const firstTwo = await Promise.all([start(), start()]);
    const killed: string[] = [];
    await embedded(0.1);
    await Promise.all(firstTwo.map((worker) => worker.kill()));
    killed.push(`both workers at ${await share()}`);
    await Promise.all([start(), start()]);
    await embedded(0.3);
    await redis.kill9();
    killed.push(`Redis at ${await share()}`);
    await redis.start();
    await embedded(0.5);
    await cluster.node(0).kill9();
    await cluster.node(0).start();
    killed.push(`PostgreSQL at ${await share()}`);
    await embedded(0.7);
    await redis.kill9();
    redis.wipe();
    killed.push(`Redis, with all that it had, at ${await share()}`);
    await redis.start();
    await vi.waitFor(async () => expect(await flagged()).toEqual([{ flagged: 0, dead: 0 }]), UNTIL);

    const { calls, repeated, troubles } = model;
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(
      `${CHUNKS} chunks in ${seconds} s, ${calls} calls, ${repeated} texts twice`,
      troubles,
      killed,
    );
    expect(await tally()).toEqual([{ chunks: CHUNKS, once: CHUNKS, vectors: CHUNKS }]);
    expect(model.distinct).toBe(CHUNKS);
    // What was in flight is lost: of two workers, twice.
    expect(repeated).toBeLessThanOrEqual(BATCH * CONCURRENCY * 4);
    expect(Object.values(troubles).every((times) => times > 0)).toBe(true);
  });

  async function ask<R extends Row>(text: string): Promise<R[]> {
    return (await relational.query<R>(SYSTEM, { text })).rows;
  }

  async function share(): Promise<number> {
    const [row] = await ask<{ n: number }>('select count(*)::integer as n from aquifer.vectors');
    return (row?.n ?? 0) / CHUNKS;
  }

  async function embedded(least: number): Promise<void> {
    await vi.waitFor(async () => expect(await share()).toBeGreaterThanOrEqual(least), UNTIL);
  }

  function flagged() {
    return ask(`select count(*)::integer as flagged, (select count(*)::integer from aquifer.embedding_failures) as dead
                from aquifer.documents where embedding_expired_at is not null`);
  }

  function tally() {
    return ask(`
      select count(*)::integer as chunks, count(*) filter (where n = 1)::integer as once, sum(n)::integer as vectors
      from (select c.id, count(v.item_id) as n
            from aquifer.chunks c
            left join aquifer.vector_spaces s on s.tenant_id = c.tenant_id and s.model = '${MODEL_ID}'
            left join aquifer.vectors v on v.tenant_id = c.tenant_id and v.space_id = s.id and v.item_id = c.id
            group by c.tenant_id, c.id) counted`);
  }
});

/** Documents as another writer would store them: with chunks, without vectors. */
async function fill(relational: RelationalProvider, tenantId: string, documents: number): Promise<void> {
  const context = { kind: 'tenant', tenantId } as const;
  await relational.query(context, { text: 'select aquifer.default_collection()' });
  for (let at = 0; at < documents; at += 100) {
    const amount = Math.min(100, documents - at);
    await relational.query(context, {
      text: `with stored as (
               insert into aquifer.documents (source, title, format, content, source_hash, recipe_hash, source_bytes)
               select 'doc-' || n, 'Document ' || n, 'text', 'text', 'source', 'recipe', 4
               from generate_series($1::integer, $1::integer + $2::integer - 1) n
               returning id, substr(source, 5)::integer - $1::integer as at
             ), first as materialized (select aquifer.allocate_item_ids($2::integer * $3::integer) as id)
             insert into aquifer.chunks (id, document_id, ordinal, content, hash, start_offset, end_offset, tokens)
             select first.id + (at * $3 + n)::integer, stored.id, n,
                    format('%s says %s in its part %s', $4::text, $1 + at, n),
                    md5(format('%s %s %s', $4::text, $1 + at, n)), 0, 1, 8
             from first, stored, generate_series(0, $3::integer - 1) n`,
      values: [at, amount, CHUNKS_A_DOCUMENT, tenantId],
    });
  }
}
