import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EmbeddingPipeline, ModelChange } from '../../src/pipeline/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { MadeEmbedder } from './made-embedder.js';
import { Workshop } from './workshop.js';

const UNTIL = { timeout: 20_000, interval: 20 };
const OLD = 'made:old';
const NEW = 'made:new';
let tenants = 0;

await describeOnEachDatabase('the change of a model', (openDatabase) => {
  let database: OpenedDatabase;
  let workshop: Workshop;
  let pipeline: EmbeddingPipeline;
  let old: MadeEmbedder;
  let next: MadeEmbedder;
  let tenant = '';
  const swapped: string[] = [];
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterEach(async () => {
    await workshop.close();
    swapped.length = 0;
    await workshop.rows('delete from aquifer.documents');
    await workshop.rows('delete from aquifer.vector_spaces');
  });
  afterAll(() => database.dispose());

  /** Ten documents with vectors of the old model. */
  async function changeOfTen(): Promise<ModelChange> {
    old = new MadeEmbedder(OLD);
    next = new MadeEmbedder(NEW);
    workshop = await Workshop.open(database.provider, old, next);
    tenant = `change-${++tenants}`;
    pipeline = workshop.pipeline({ batch: 4 });
    await workshop.store(tenant, 10);
    await pipeline.start();
    await has(OLD, 10);
    const onSwapped = async (of: string) => void swapped.push(of);
    return new ModelChange({ ...workshop.dependencies(), onSwapped }, tenant);
  }

  async function has(model: string, embedded: number): Promise<void> {
    await vi.waitFor(
      async () => expect((await workshop.tally(tenant, model)).embedded).toBe(embedded),
      UNTIL,
    );
  }

  async function states(): Promise<Record<string, string>> {
    const rows = await workshop.rows<{ model: string; state: string }>(
      'select model, state from aquifer.vector_spaces where tenant_id = $1',
      [tenant],
    );
    return Object.fromEntries(rows.map(({ model, state }) => [model, state]));
  }

  test('fills the new space while the old one is searched, then swaps at once', async () => {
    const change = await changeOfTen();
    expect(await change.status()).toMatchObject({ state: 'none', active: OLD, chunks: 10, done: 10 });
    expect(await change.start(NEW)).toMatchObject({ state: 'building', active: OLD, other: NEW });
    expect(await states()).toEqual({ [OLD]: 'active', [NEW]: 'building' });
    await vi.waitFor(
      async () => expect(await change.status()).toMatchObject({ chunks: 10, done: 10 }),
      UNTIL,
    );
    expect(await change.swap()).toMatchObject({ state: 'swapped', active: NEW, other: OLD });
    expect(await states()).toEqual({ [OLD]: 'retired', [NEW]: 'active' });
    expect(swapped).toEqual([tenant]);
    expect(await change.finish()).toEqual({
      state: 'none',
      active: NEW,
      other: undefined,
      chunks: 10,
      done: 10,
      dead: 0,
    });
    expect(await states()).toEqual({ [NEW]: 'active' });
    expect(next.repeated).toBe(0);
  });

  test('writes what comes in meanwhile to both, before and after the swap', async () => {
    const change = await changeOfTen();
    await change.start(NEW);
    await has(NEW, 10);
    await workshop.store(tenant, 3, 'before');
    await pipeline.sweep();
    await Promise.all([has(OLD, 13), has(NEW, 13)]);
    await change.swap();
    await workshop.store(tenant, 3, 'after');
    await pipeline.sweep();
    await Promise.all([has(OLD, 16), has(NEW, 16)]);
    expect(old.repeated + next.repeated).toBe(0);
  });

  test('follows documents that were embedded when they were stored', async () => {
    const change = await changeOfTen();
    await change.start(NEW);
    await has(NEW, 10);
    await workshop.documents(tenant).ingest({ source: 'now', text: 'Embedded at once with the old model.' });
    await pipeline.announce([tenant]);
    await Promise.all([has(OLD, 11), has(NEW, 11)]);
    expect(await change.swap()).toMatchObject({ state: 'swapped', done: 11 });
  });

  test('is not swapped before every chunk has its vector', async () => {
    const change = await changeOfTen();
    next.script = (call) => (call > 1 ? 'rate-limit' : 'answer');
    await change.start(NEW);
    await has(NEW, 4);
    await expect(change.swap()).rejects.toMatchObject({
      code: 'AQF_VECTOR_MIGRATION_FAILED',
      facts: { missing: 6 },
    });
    expect(await states()).toEqual({ [OLD]: 'active', [NEW]: 'building' });
    next.script = () => 'answer';
    await has(NEW, 10);
    expect(await change.swap()).toMatchObject({ state: 'swapped' });
  });

  test('goes on where it was when it is started again', async () => {
    const change = await changeOfTen();
    next.script = (call) => (call > 1 ? 'rate-limit' : 'answer');
    await change.start(NEW);
    await has(NEW, 4);
    await pipeline.stop();
    next.script = () => 'answer';
    expect(await change.start(NEW)).toMatchObject({ state: 'building', done: 4 });
    await workshop.pipeline().start();
    await has(NEW, 10);
    expect(next.repeated).toBe(0);
  });

  test('is rolled back after the swap to an old model that knows everything', async () => {
    const change = await changeOfTen();
    await change.start(NEW);
    await has(NEW, 10);
    await change.swap();
    await workshop.store(tenant, 2, 'after');
    await pipeline.sweep();
    await Promise.all([has(OLD, 12), has(NEW, 12)]);
    expect(await change.rollback()).toMatchObject({ state: 'building', active: OLD, other: NEW, done: 12 });
    expect(await states()).toEqual({ [OLD]: 'active', [NEW]: 'building' });
    expect(await change.rollback()).toMatchObject({ state: 'none', active: OLD });
    expect(await states()).toEqual({ [OLD]: 'active' });
    expect(swapped).toEqual([tenant, tenant]);
  });

  test('does not fail for a text that the new model refuses', async () => {
    const change = await changeOfTen();
    next.script = (_, texts) => (texts.some((text) => text.includes('number 2 ')) ? 'refuse' : 'answer');
    await change.start(NEW);
    await vi.waitFor(async () => {
      expect(await change.status()).toMatchObject({ chunks: 10, done: 9, dead: 1 });
    }, UNTIL);
    expect(await change.swap()).toMatchObject({ state: 'swapped', active: NEW });
  });

  test('says what cannot be', async () => {
    const change = await changeOfTen();
    await expect(change.start(OLD)).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(change.start('made:unknown')).rejects.toMatchObject({ code: 'AQF_MODEL_UNKNOWN' });
    for (const act of ['swap', 'rollback', 'finish'] as const) {
      await expect(change[act]()).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    }
    const elsewhere = new ModelChange(workshop.dependencies(), tenant, 'no-such');
    await expect(elsewhere.status()).rejects.toMatchObject({ code: 'AQF_COLLECTION_NOT_FOUND' });
  });
});
