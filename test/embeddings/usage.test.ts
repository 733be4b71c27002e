import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddingUse, UsageMeter, usage } from '../../src/embeddings/index.js';
import type { RelationalProvider, SystemContext, TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const SYSTEM: SystemContext = { kind: 'system', reason: 'test' };
const tenant = (tenantId: string): TenantContext => ({ kind: 'tenant', tenantId });
const use = (tenantId: string | undefined, texts = 1): EmbeddingUse => ({
  tenantId,
  model: 'openai:words',
  requests: 1,
  texts,
  tokens: texts * 10,
  cost: texts * 0.00002,
});
const today = () => new Date().toISOString().slice(0, 10);

await describeOnEachDatabase('the account of embeddings', (open) => {
  let database: OpenedDatabase;
  let relational: RelationalProvider;
  beforeAll(async () => {
    database = await open();
    relational = database.provider;
  });
  afterAll(() => database.dispose());

  test('adds up by tenant, day and model, over several processes', async () => {
    const meters = [new UsageMeter({ relational }), new UsageMeter({ relational })];
    for (const meter of meters) for (const name of ['acme', 'beta', 'acme']) meter.record(use(name, 3));
    await Promise.all(meters.map((meter) => meter.close()));
    const row = { day: today(), model: 'openai:words' };
    expect(await usage(relational, SYSTEM)).toEqual([
      { tenantId: 'acme', ...row, requests: 4, texts: 12, tokens: 120, cost: 0.00024 },
      { tenantId: 'beta', ...row, requests: 2, texts: 6, tokens: 60, cost: 0.00012 },
    ]);
  });

  test('is read by its tenant and nobody else, and written by none', async () => {
    expect((await usage(relational, tenant('beta'))).map(({ tenantId }) => tenantId)).toEqual(['beta']);
    expect(await usage(relational, tenant('gamma'))).toEqual([]);
    for (const text of [
      'update aquifer.embedding_usage set cost = 0',
      'delete from aquifer.embedding_usage',
    ]) {
      await expect(relational.query(tenant('beta'), { text })).rejects.toThrow(/permission denied/);
    }
  });

  test('is read from a day on and up to a day', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000);
    const yesterday = new Date(Date.now() - 86_400_000);
    expect(await usage(relational, SYSTEM, { since: tomorrow })).toEqual([]);
    expect(await usage(relational, SYSTEM, { until: yesterday })).toEqual([]);
    expect(await usage(relational, SYSTEM, { since: yesterday, until: tomorrow })).toHaveLength(2);
  });

  test('is written by itself after a while', async () => {
    const meter = new UsageMeter({ relational, everyMs: 10 });
    meter.record(use('timed'));
    await expect.poll(() => usage(relational, tenant('timed'))).toHaveLength(1);
  });
});

describe('a meter', () => {
  test('keeps what the database did not take, and writes it later, once', async () => {
    const written: unknown[] = [];
    let up = false;
    const query = async (_: unknown, statement: { values?: readonly unknown[] }) => {
      if (!up) throw new Error('away');
      written.push(...JSON.parse(String(statement.values?.[0])));
    };
    const meter = new UsageMeter({ relational: { query } as never, everyMs: 60_000 });
    meter.record(use('acme'));
    await expect(meter.flush()).rejects.toThrow('away');
    meter.record(use('acme', 2));
    await expect(meter.close()).rejects.toMatchObject({
      code: 'AQF_DATABASE_UNAVAILABLE',
      message: 'The use of 30 tokens could not be written to 1 accounts: away',
    });
    up = true;
    await meter.close();
    await meter.close();
    expect(written).toMatchObject([{ tenant_id: 'acme', requests: 2, texts: 3, tokens: 30 }]);
  });

  test('counts what is for no tenant, or for none that there can be, in the totals alone', async () => {
    const query = () => Promise.reject(new Error('not to be asked'));
    const meter = new UsageMeter({ relational: { query } as never });
    for (const tenantId of [undefined, '', 'x'.repeat(129), 'a\0b']) meter.record(use(tenantId));
    await meter.close();
    expect(meter.totals()).toEqual([
      { model: 'openai:words', requests: 4, texts: 4, tokens: 40, cost: 0.00008 },
    ]);
  });
});
