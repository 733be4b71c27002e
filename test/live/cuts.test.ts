import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RelationalProvider, SystemContext } from '../../src/relational/index.js';
import { openMigrated } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const SYSTEM: SystemContext = { kind: 'system', reason: 'tests' };
const TRANSACTIONS = 30;

let folder: string;
let provider: RelationalProvider;
let since: string;
let xids: string[];
beforeAll(async () => {
  folder = makeTempDir();
  provider = await openMigrated(folder);
  since = await text('select pg_current_snapshot()::text as text');
  xids = [];
  for (let n = 0; n < TRANSACTIONS; n++) xids.push(await text('select pg_current_xact_id()::text as text'));
});
afterAll(async () => {
  await provider.close();
  await removeTempDir(folder);
});

async function text(sql: string, values: unknown[] = []): Promise<string> {
  const { rows } = await provider.query<{ text: string }>(SYSTEM, { text: sql, values });
  return rows[0]?.text ?? '';
}

/** Ids of a tenant's changes between two snapshots, in order. */
async function between(tenant: string, from: string, to: string): Promise<string[]> {
  const all = await text(
    `select string_agg(id::text, ',' order by turn, id) as text
     from aquifer.live_events(array[$1], $2::pg_snapshot, $3::pg_snapshot)`,
    [tenant, from, to],
  );
  return all === '' || all === null ? [] : all.split(',');
}

let tenants = 0;

test('a way that is cut into parts is the same way, however transactions overlapped, and parts are about as large as wanted', async () => {
  const changes = fc.array(fc.nat(TRANSACTIONS - 1), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(changes, fc.integer({ min: 1, max: 20 }), async (of, size) => {
      const tenant = `t${++tenants}`;
      // Each change is the next id, of whichever transaction.
      await provider.query(SYSTEM, {
        text: `insert into aquifer.changes (tenant_id, entity, row_id, operation, action, event, audited, versioned, xid)
               select $1, 'things', n::text, 'insert', 'things.insert', true, false, false, xid::xid8
               from unnest($2::text[]) with ordinality as made (xid, n) order by n`,
        values: [tenant, of.map((n) => xids[n])],
      });
      const until = await text('select pg_current_snapshot()::text as text');
      const { rows } = await provider.query<{ cut: string }>(SYSTEM, {
        text: 'select cut from aquifer.live_cuts($1, $2::pg_snapshot, $3::pg_snapshot, $4) as cut',
        values: [tenant, since, until, size],
      });
      const ends = [...rows.map(({ cut }) => cut), until];
      const parts: string[][] = [];
      for (const [index, end] of ends.entries())
        parts.push(await between(tenant, ends[index - 1] ?? since, end));
      expect(parts.flat()).toEqual(await between(tenant, since, until));
      expect(parts.flat().length).toBe(of.length);
      const largest = Math.max(...xids.map((_, n) => of.filter((one) => one === n).length));
      for (const part of parts) expect(part.length).toBeLessThan(size + largest);
    }),
    { numRuns: 40 },
  );
});
