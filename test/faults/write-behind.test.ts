import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { migrate, OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { createWriteBehind, type WriteBehindItem } from '../../src/write-behind/index.js';
import { serviceAvailable } from '../services/services.js';
import { migratedDataDir } from '../support/embedded.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { startWritingProcess } from './write-behind-child.js';

const CREATE_DESTINATION = 'create table delivered (id bigserial, key text, value bigint, sequence bigint)';
const DELIVER = `
  insert into delivered (key, value, sequence) select * from unnest($1::text[], $2::bigint[], $3::bigint[])`;

type Delivered = Pick<WriteBehindItem<number>, 'key' | 'value' | 'sequence'>;

let folder: string;
beforeAll(() => {
  folder = makeTempDir();
});
afterAll(() => removeTempDir(folder));

describe.skipIf(!(await serviceAvailable('postgres')))('write-behind on a server', () => {
  let database: TestDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await createTestDatabase();
    provider = await openTestPostgres(database);
    await migrate(provider);
    await provider.query(OWNER, { text: CREATE_DESTINATION });
  });
  afterAll(async () => {
    await provider.close();
    await database.drop();
  });

  test('loses nothing acknowledged to ten kills of each of two processes, and keeps the order of each key', async () => {
    const files = ['a', 'b'].map((writer) => join(folder, `${writer}.txt`));
    await Promise.all(files.map((file, index) => killOver(database.url, file, 'ab'[index] ?? '', 10)));
    await expectNothingLost(provider, files);
  });
});

describe('write-behind on the embedded database', () => {
  test('loses nothing acknowledged to kills of the process, and keeps the order of each key', async () => {
    const dataDir = await migratedDataDir(join(folder, 'data'));
    const before = await openEmbedded({ dataDir });
    await before.query(OWNER, { text: CREATE_DESTINATION });
    await before.close();
    const file = join(folder, 'embedded.txt');
    await killOver(dataDir, file, 'e', 5);
    const provider = await openEmbedded({ dataDir });
    await expectNothingLost(provider, [file]);
    await provider.close();
  });
});

/** Keeps one process writing, on keys of its own, and kills it again and again. */
async function killOver(address: string, file: string, writer: string, kills: number): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const before = linesOf(file).length;
    const writing = startWritingProcess(address, file, writer, kill * 1_000_000);
    try {
      const isWriting = () => linesOf(file).length > before || writing.hasEnded;
      await vi.waitFor(() => expect(isWriting()).toBe(true), { timeout: 60_000 });
      expect(writing.hasEnded).toBe(false);
      await wait(Math.random() * 1000);
    } finally {
      await writing.kill();
    }
  }
}

/** Another process flushes what the killed ones left; then the last of each key that was acknowledged is there. */
async function expectNothingLost(provider: RelationalProvider, files: readonly string[]): Promise<void> {
  const acknowledged = files.flatMap(linesOf);
  const left = await pending(provider);
  const survivor = createWriteBehind<number>({
    relational: provider,
    name: 'killed',
    pollMs: 50,
    flush: (items) => deliver(provider, items),
  });
  await vi.waitFor(async () => expect(await pending(provider)).toBe(0), { timeout: 60_000, interval: 100 });
  await survivor.close();
  const { flushed } = await survivor.figures();
  const deliveries = await deliveredIn(provider);
  console.log(
    `${acknowledged.length} acknowledged writes, ${deliveries.length} delivered; ${left} keys left by the killed, ${flushed} flushed by the survivor`,
  );
  const last = new Map(deliveries.map(({ key, value }) => [key, value]));
  expect(acknowledged.filter(({ key, value }) => (last.get(key) ?? -1) < value)).toEqual([]);
  expect(disordered(deliveries)).toEqual([]);
  expect(flushed).toBeGreaterThan(0);
}

async function pending(provider: RelationalProvider): Promise<number> {
  const text = 'select count(*)::integer as n from aquifer.write_behind';
  return (await provider.query<{ n: number }>(OWNER, { text })).rows[0]?.n ?? 0;
}

async function deliver(provider: RelationalProvider, items: readonly Delivered[]): Promise<void> {
  const keys = items.map(({ key }) => key);
  const values = items.map(({ value }) => value);
  const sequences = items.map(({ sequence }) => sequence);
  await provider.query(OWNER, { text: DELIVER, values: [keys, values, sequences] });
}

async function deliveredIn(provider: RelationalProvider): Promise<Delivered[]> {
  const text = 'select key, value::float8 as value, sequence::float8 as sequence from delivered order by id';
  return (await provider.query<Delivered & Record<string, unknown>>(OWNER, { text })).rows;
}

/** What was acknowledged. A kill may leave half a line. */
function linesOf(file: string): { readonly key: string; readonly value: number }[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, key, value] = /^(\w-\d+-\d+) (\d+)$/.exec(line) ?? [];
      return key && value ? [{ key, value: Number(value) }] : [];
    });
}

/** Deliveries of an older value than was delivered before. The same one may come twice. */
function disordered(deliveries: readonly Delivered[]): string[] {
  const seen = new Map<string, Delivered>();
  return deliveries.flatMap((delivery) => {
    const before = seen.get(delivery.key);
    seen.set(delivery.key, delivery);
    const isLater = !before || (delivery.value >= before.value && delivery.sequence >= before.sequence);
    return isLater ? [] : [`${delivery.key}: ${before.value}, then ${delivery.value}`];
  });
}
