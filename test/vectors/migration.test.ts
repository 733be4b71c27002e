import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tenantContext } from '../../src/tenancy/index.js';
import { MemoryVectorStore } from '../../src/vectors/conformance.js';
import {
  dualWriteStore,
  fileJournal,
  type MigrationProgress,
  type MissedWrite,
  memoryJournal,
  migrateVectors,
} from '../../src/vectors/migrate/index.js';
import type { VectorRecord, VectorSpace, VectorStore } from '../../src/vectors/store.js';
import { tempDir } from '../support/temp-dir.js';

const context = tenantContext({ tenantId: 'acme' });
const space: VectorSpace = { name: 'notes', model: 'test:model', dimensions: 3, metric: 'cosine' };
const AMOUNT = 57;

const record = (at: number, text = `text ${at}`): VectorRecord => ({
  id: `r${String(at).padStart(3, '0')}`,
  documentId: `d${at % 5}`,
  text,
  metadata: { at, even: at % 2 === 0, tags: ['a', `t${at}`] },
  embedding: Float32Array.from([Math.cos(at), Math.sin(at), at / 10]),
});

async function filled(amount = AMOUNT): Promise<MemoryVectorStore> {
  const store = new MemoryVectorStore();
  await store.upsert(
    context,
    space,
    Array.from({ length: amount }, (_, at) => record(at)),
  );
  return store;
}

/** Fails writes when it is told to. */
class FragileStore extends MemoryVectorStore {
  fails: (call: number) => boolean = () => false;
  #calls = 0;

  override async upsert(...args: Parameters<VectorStore['upsert']>): Promise<number> {
    this.#refuse();
    return super.upsert(...args);
  }

  override async delete(...args: Parameters<VectorStore['delete']>): Promise<number> {
    this.#refuse();
    return super.delete(...args);
  }

  #refuse(): void {
    if (this.fails(this.#calls++)) throw new Error('the store is down');
  }
}

describe('a migration', () => {
  test('copies everything and proves it', async () => {
    const [from, to] = [await filled(), new MemoryVectorStore()];
    const other = { ...space, model: 'test:other', metric: 'l2' } as const;
    await from.upsert(context, other, [record(1)]);
    const progress: MigrationProgress[] = [];
    const done = await migrateVectors({
      from,
      to,
      contexts: [context],
      batch: 10,
      onProgress: (one) => progress.push(one),
    });
    expect(done).toHaveLength(2);
    expect(done[0]).toMatchObject({
      tenantId: 'acme',
      space,
      before: { from: AMOUNT, to: 0 },
      copied: AMOUNT,
      verification: {
        count: { from: AMOUNT, to: AMOUNT },
        precision: 'single',
        repaired: 0,
        neighbours: { sampled: 20, identical: 20, recall: { from: 1, to: 1 } },
      },
    });
    expect(done[0]?.verification?.checksum.from).toBe(done[0]?.verification?.checksum.to);
    expect(await to.get(context, space, ['r007'])).toEqual([record(7)]);
    expect(progress.filter(({ phase }) => phase === 'copying').at(5)).toMatchObject({
      done: AMOUNT,
      total: AMOUNT,
    });
    expect(progress.some(({ phase }) => phase === 'verifying')).toBe(true);
  });

  test('writes nothing in a dry run', async () => {
    const [from, to] = [await filled(), new MemoryVectorStore()];
    const [plan] = await migrateVectors({ from, to, contexts: [context], mode: 'dry-run' });
    expect(plan).toMatchObject({ before: { from: AMOUNT, to: 0 }, copied: 0, verification: undefined });
    expect(await to.spaces(context)).toEqual([]);
  });

  test('goes on after the last batch that was written', async () => {
    const [from, to, path] = [await filled(), new FragileStore(), join(tempDir(), 'journal.json')];
    to.fails = (call) => call === 3;
    const run = () =>
      migrateVectors({ from, to, contexts: [context], batch: 10, journal: fileJournal(path) });
    await expect(run()).rejects.toThrow('the store is down');
    expect(await to.count(context, space)).toBe(30);
    const [done] = await run();
    expect(done).toMatchObject({ copied: AMOUNT - 30, resumedAfter: 'r029' });
    expect(done?.verification?.repaired).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test('begins at the start where the target was emptied, or the source changed what was copied', async () => {
    const [from, to, journal] = [await filled(), new FragileStore(), memoryJournal()];
    to.fails = (call) => call === 3;
    const run = () => migrateVectors({ from, to, contexts: [context], batch: 10, journal });
    await expect(run()).rejects.toThrow();
    await to.deleteTenant(context);
    expect((await run())[0]).toMatchObject({ copied: AMOUNT, resumedAfter: undefined });
    to.fails = (call) => call === 11;
    await expect(run()).rejects.toThrow();
    await from.upsert(context, space, [record(3, 'changed after it was copied')]);
    expect((await run())[0]).toMatchObject({
      resumedAfter: expect.any(String),
      verification: { repaired: 1 },
    });
    expect(await to.get(context, space, ['r003'])).toMatchObject([{ text: 'changed after it was copied' }]);
  });

  test('refuses records that only the target has, unless it may delete them', async () => {
    const [from, to] = [await filled(), new MemoryVectorStore()];
    await to.upsert(context, space, [record(900)]);
    const run = (extra: 'refuse' | 'delete') => migrateVectors({ from, to, contexts: [context], extra });
    await expect(run('refuse')).rejects.toMatchObject({
      code: 'AQF_VECTOR_MIGRATION_FAILED',
      message: expect.stringContaining('"r900"'),
    });
    expect(await to.count(context, space)).toBe(AMOUNT + 1);
    expect((await run('delete'))[0]).toMatchObject({ verification: { repaired: 1, count: { to: AMOUNT } } });
  });

  test('tells when a store does not keep what it is given', async () => {
    const from = await filled();
    const to = new MemoryVectorStore();
    const upsert = to.upsert.bind(to);
    to.upsert = (given, of, records, options) =>
      upsert(
        given,
        of,
        [...(records as VectorRecord[])].map((one) => ({ ...one, text: 'lost' })),
        options,
      );
    await expect(migrateVectors({ from, to, contexts: [context] })).rejects.toMatchObject({
      code: 'AQF_VECTOR_MIGRATION_FAILED',
      message: expect.stringContaining('57 unlike'),
    });
  });

  test('compares vectors after rounding where the target rounds', async () => {
    const from = await filled();
    const to = new MemoryVectorStore();
    const upsert = to.upsert.bind(to);
    to.upsert = (given, of, records, options) =>
      upsert(given, of, [...(records as VectorRecord[])].map(nudged), options);
    const run = (precision: 'single' | 'half') =>
      migrateVectors({ from, to, contexts: [context], precision });
    await expect(run('single')).rejects.toMatchObject({ code: 'AQF_VECTOR_MIGRATION_FAILED' });
    expect((await run('half'))[0]).toMatchObject({ verification: { precision: 'half', repaired: 0 } });
  });

  test('says so when its journal is broken', async () => {
    const path = join(tempDir(), 'journal.json');
    writeFileSync(path, '{"half');
    const run = migrateVectors({
      from: await filled(),
      to: new MemoryVectorStore(),
      contexts: [context],
      journal: fileJournal(path),
    });
    await expect(run).rejects.toMatchObject({ code: 'AQF_VECTOR_MIGRATION_FAILED' });
    expect(readFileSync(path, 'utf8')).toBe('{"half');
  });
});

describe('writing to two stores', () => {
  test('reads from the first and writes to both', async () => {
    const [primary, secondary] = [new MemoryVectorStore(), new MemoryVectorStore()];
    const both = dualWriteStore(primary, secondary, {
      onMissed: ({ error }) => {
        throw error;
      },
    });
    expect(await both.upsert(context, space, [record(1), record(2), record(3)])).toBe(3);
    expect(await both.delete(context, space, { ids: ['r002'] })).toBe(1);
    expect(await secondary.count(context, space)).toBe(2);
    await secondary.delete(context, space, 'all');
    expect(await both.count(context, space)).toBe(2);
    await both.deleteTenant(context);
    expect(await primary.spaces(context)).toEqual([]);
  });

  test('tells what the second missed, and the migration repairs it', async () => {
    const [primary, secondary] = [await filled(10), new FragileStore()];
    const missed: MissedWrite[] = [];
    const both = dualWriteStore(primary, secondary, { onMissed: (one) => missed.push(one) });
    await migrateVectors({ from: primary, to: secondary, contexts: [context] });
    secondary.fails = () => true;
    await both.upsert(context, space, [record(1, 'new'), record(50)]);
    await both.delete(context, space, { ids: ['r002'] });
    expect(missed.map(({ operation, ids }) => [operation, ids])).toEqual([
      ['upsert', ['r001', 'r050']],
      ['delete', []],
    ]);
    secondary.fails = () => false;
    const [done] = await migrateVectors({
      from: primary,
      to: secondary,
      contexts: [context],
      extra: 'delete',
    });
    expect(done?.verification).toMatchObject({ repaired: 1, count: { from: 10, to: 10 } });
    expect(await secondary.get(context, space, ['r001', 'r002'])).toMatchObject([{ text: 'new' }]);
  });

  test('writes nothing to the second that the first refused', async () => {
    const [primary, secondary] = [new FragileStore(), new MemoryVectorStore()];
    primary.fails = () => true;
    const both = dualWriteStore(primary, secondary, { onMissed: () => undefined });
    await expect(both.upsert(context, space, [record(1)])).rejects.toThrow('the store is down');
    expect(await secondary.count(context, space)).toBe(0);
  });
});

/** Off by less than half precision can tell. */
function nudged(one: VectorRecord): VectorRecord {
  return { ...one, embedding: one.embedding.map((value) => Math.fround(value * (1 + 2 ** -22))) };
}
