import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalFilter, type Filter, matches } from '../../src/filters/index.js';
import { storable } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { filter, metadata } from './arbitraries.js';

/** Which of these objects satisfy each filter, as the database sees it. */
const JUDGE = `
  create or replace function pg_temp.judge(filters jsonb, objects jsonb) returns jsonb language plpgsql as $$
  declare
    one jsonb;
    held jsonb;
    answers jsonb := '[]';
  begin
    for one in select value from jsonb_array_elements(filters) loop
      execute 'select coalesce(jsonb_agg(' || aquifer.filter_condition(one, 'm.metadata')
        || ' order by m.ordinal), ''[]'') from jsonb_array_elements($2) with ordinality m(metadata, ordinal)'
      into held using one, objects;
      answers := answers || jsonb_build_array(held);
    end loop;
    return answers;
  end $$`;

await describeOnEachDatabase('the meaning of a filter', (open, kind) => {
  let database: OpenedDatabase;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  async function judged(filters: readonly Filter[], objects: readonly object[]): Promise<unknown> {
    return database.provider.transaction({ kind: 'tenant', tenantId: 'one' }, async (tx) => {
      await tx.query(JUDGE);
      const { rows } = await tx.query<{ answers: unknown }>('select pg_temp.judge($1, $2) as answers', [
        JSON.stringify(filters.map(canonicalFilter)),
        JSON.stringify(storable(objects)),
      ]);
      return rows[0]?.answers;
    });
  }

  test('is the same in the database for thousands of random filters and objects', async () => {
    let held = 0;
    const runs = kind === 'embedded' ? 12 : 40;
    const many = fc.tuple(
      fc.array(filter, { minLength: 30, maxLength: 30 }),
      fc.array(metadata, { minLength: 30, maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(many, async ([filters, objects]) => {
        const stored = storable(objects);
        const expected = filters.map((one) => stored.map((object) => matches(object, one)));
        held += expected.flat().filter(Boolean).length;
        expect(await judged(filters, objects)).toEqual(expected);
      }),
      { numRuns: runs, endOnFailure: true },
    );
    const pairs = runs * 900;
    expect(held).toBeGreaterThan(pairs / 10);
    expect(held).toBeLessThan((pairs * 9) / 10);
  });
});
