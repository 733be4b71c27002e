import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { migrate, OWNER, type RelationalProvider, type TenantContext } from '../../src/relational/index.js';
import { openPostgres } from '../../src/relational/postgres/provider.js';
import { makeThings } from '../events/things.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, TEST_POOL, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { type RelayProcess, startRelayProcess } from './relay-child.js';

const WRITERS = 100;
const ROWS = 400;
/** The whole five minutes with AQUIFER_SOAK_SECONDS=300. */
const SECONDS = Number(process.env.AQUIFER_SOAK_SECONDS || 40);
const CRASH_EVERY_MS = 3_000;

interface Delivered {
  readonly id: string;
  readonly rowId: string;
  readonly revision: number;
  readonly operation: string;
}

describe.skipIf(!(await serviceAvailable('postgres')))('the outbox', () => {
  let database: TestDatabase;
  let folder: string;
  let provider: RelationalProvider;
  beforeAll(async () => {
    folder = makeTempDir();
    database = await createTestDatabase();
    provider = await openPostgres({ url: database.url, pool: { ...TEST_POOL, max: WRITERS } });
    await migrate(provider);
    await makeThings(provider);
  });
  afterAll(async () => {
    await provider.close();
    await database.drop();
    await removeTempDir(folder);
  });

  test(`tells every committed change of ${WRITERS} writers in the order of each row, across relay crashes`, async () => {
    const file = join(folder, 'delivered.jsonl');
    const until = Date.now() + SECONDS * 1000;
    const crashes = crashRelays(database.url, file, until);
    const committed = (
      await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(provider, n, until)))
    ).reduce((sum, changes) => sum + changes, 0);
    const survivor = startRelayProcess(database.url, file);
    try {
      await vi.waitFor(() => expect(unique(delivered(file)).length).toBe(committed), {
        timeout: 120_000,
        interval: 500,
      });
    } finally {
      await survivor.kill();
    }
    const { rows } = await provider.query(OWNER, {
      text: 'select count(*)::integer as recorded from aquifer.changes where event',
    });
    expect(rows).toEqual([{ recorded: committed }]);
    const repeated = delivered(file).length - committed;
    console.log(
      `${committed} changes in ${SECONDS} s, ${await crashes} relay crashes, ${repeated} events told again, none lost`,
    );
    expect(disordered(unique(delivered(file)))).toEqual([]);
    expect(await crashes).toBeGreaterThan(SECONDS / 5);
  });
});

/** One writer: transactions of several changes, some slow, some rolled back. Resolves to the changes it committed. */
async function write(provider: RelationalProvider, writer: number, until: number): Promise<number> {
  const context: TenantContext = { kind: 'tenant', tenantId: 'soak', actorId: `writer ${writer}` };
  let committed = 0;
  while (Date.now() < until) {
    let changes = 0;
    // Ascending, or writers would lock each other's rows in different order.
    const ids = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () =>
      Math.floor(Math.random() * ROWS),
    ).sort((a, b) => a - b);
    try {
      await provider.transaction(
        context,
        async (tx) => {
          changes = 0;
          for (const id of ids) {
            const upsert = `insert into app.things (id, name) values ($1, $2)
              on conflict (tenant_id, id) do update set name = excluded.name`;
            changes += (await tx.query(upsert, [id, `${writer}`])).affected;
            if (Math.random() < 0.02) await wait(Math.random() * 500);
          }
          if (Math.random() < 0.1) throw new Error('rolled back on purpose');
        },
        { retries: 5 },
      );
      committed += changes;
    } catch (error) {
      if ((error as Error).message !== 'rolled back on purpose') throw error;
    }
  }
  return committed;
}

/** Keeps two relay processes, of which one delivers and is killed every few seconds. Resolves to the kills. */
async function crashRelays(url: string, file: string, until: number): Promise<number> {
  const running: RelayProcess[] = [startRelayProcess(url, file), startRelayProcess(url, file)];
  let kills = 0;
  while (Date.now() < until) {
    await wait(CRASH_EVERY_MS);
    await running.shift()?.kill();
    kills++;
    running.push(startRelayProcess(url, file));
  }
  await Promise.all(running.map((relay) => relay.kill()));
  return kills;
}

/** A batch cut by a kill leaves half a line at the most; it comes again. */
function delivered(file: string): Delivered[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Delivered];
      } catch {
        return [];
      }
    });
}

function unique(events: readonly Delivered[]): Delivered[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** Rows whose revisions were first told in another order than they were committed in. */
function disordered(events: readonly Delivered[]): string[] {
  const last = new Map<string, number>();
  return events.flatMap(({ rowId, revision }) => {
    const before = last.get(rowId) ?? 0;
    last.set(rowId, revision);
    return revision === before + 1 ? [] : [`${rowId}: ${before} → ${revision}`];
  });
}
