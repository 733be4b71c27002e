import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrate, OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { createWriteBehind } from '../../src/write-behind/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { startWritingProcess } from './write-behind-child.js';

const WRITERS = ['a', 'b'];
const KILLS = 10;

interface Delivered {
  readonly key: string;
  readonly value: number;
  readonly sequence: number;
}

describe.skipIf(!(await serviceAvailable('postgres')))('write-behind', () => {
  let database: TestDatabase;
  let folder: string;
  let provider: RelationalProvider;
  beforeAll(async () => {
    folder = makeTempDir();
    database = await createTestDatabase();
    provider = await openTestPostgres(database);
    await migrate(provider);
    await provider.query(OWNER, {
      text: 'create table delivered (id bigserial, key text, value bigint, sequence bigint)',
    });
  });
  afterAll(async () => {
    await provider.close();
    await database.drop();
    await removeTempDir(folder);
  });

  test(`loses nothing acknowledged to ${KILLS} kills of each of ${WRITERS.length} processes, and keeps each key's order`, async () => {
    await Promise.all(WRITERS.map((writer) => killOver(database.url, fileOf(writer), writer)));
    const acknowledged = lastAcknowledged();
    const left = await pending();
    const survivor = createWriteBehind<number>({
      relational: provider,
      name: 'killed',
      pollMs: 50,
      flush: (items) => deliver(items),
    });
    await vi.waitFor(async () => expect(await pending()).toBe(0), { timeout: 60_000, interval: 100 });
    const { flushed } = await survivor.figures();
    await survivor.close();
    const deliveries = await delivered();
    const last = new Map(deliveries.map(({ key, value }) => [key, value]));
    console.log(
      `${deliveries.length} deliveries for ${acknowledged.writes} acknowledged writes; ${left} keys left by the killed, ${flushed} flushed by the survivor`,
    );
    expect(acknowledged.last.size).toBeGreaterThan(WRITERS.length * KILLS * 12);
    const lost = [...acknowledged.last].filter(([key, value]) => (last.get(key) ?? -1) < value);
    expect(lost).toEqual([]);
    expect(disordered(deliveries)).toEqual([]);
    expect(flushed).toBeGreaterThan(0);
    expect(deliveries.length).toBeLessThan(acknowledged.writes);
  });

  const fileOf = (writer: string) => join(folder, `${writer}.txt`);

  function lastAcknowledged() {
    const lines = WRITERS.flatMap((writer) => linesOf(fileOf(writer)));
    const last = new Map<string, number>();
    for (const { key, value } of lines) last.set(key, Math.max(value, last.get(key) ?? 0));
    return { last, writes: lines.length };
  }

  async function pending(): Promise<number> {
    const text = 'select count(*)::integer as n from aquifer.write_behind';
    return (await provider.query<{ n: number }>(OWNER, { text })).rows[0]?.n ?? 0;
  }

  async function deliver(items: readonly Delivered[]): Promise<void> {
    const columns = [
      items.map(({ key }) => key),
      items.map(({ value }) => value),
      items.map(({ sequence }) => sequence),
    ];
    await provider.query(OWNER, {
      text: 'insert into delivered (key, value, sequence) select * from unnest($1::text[], $2::bigint[], $3::bigint[])',
      values: columns,
    });
  }

  async function delivered(): Promise<Delivered[]> {
    const text =
      'select key, value::float8 as value, sequence::float8 as sequence from delivered order by id';
    return (await provider.query<Delivered & Record<string, unknown>>(OWNER, { text })).rows;
  }
});

/** Keeps one process writing, on keys of its own, and kills it again and again. */
async function killOver(url: string, file: string, writer: string): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    const before = linesOf(file).length;
    const writing = startWritingProcess(url, file, writer, kill * 1_000_000);
    await vi.waitFor(() => expect(linesOf(file).length).toBeGreaterThan(before), { timeout: 30_000 });
    await wait(Math.random() * 1000);
    await writing.kill();
  }
}

/** A kill may leave half a line. */
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
