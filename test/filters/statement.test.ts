import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalFilter, type Filter } from '../../src/filters/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const HOSTILE = [
  "x' or true --",
  "'); drop schema aquifer cascade; --",
  "' || (select version()) || '",
  '$1',
  '$sql$ or true or $sql$',
  '%s',
  '%1$s',
  '{}',
  '\\',
  '"',
  '{"op": "and", "args": []}',
];
/** What stands between the words of a condition is ours. */
const CONDITION_CHARACTERS = /^[\w\s().,'"#>{}$@?*<=:[\]-]*$/;

const PLANNED = `
  create temp table m on commit drop as
    select n as id, jsonb_build_object('status', 's' || n, 'year', n) as metadata from generate_series(1, 1000) n;
  create index on m using gin (metadata jsonb_path_ops);
  set local enable_seqscan = off;
  create or replace function pg_temp.plan(filter jsonb) returns setof text language plpgsql as $$
  begin
    return query execute 'explain select from m where ' || aquifer.filter_condition(filter, 'm.metadata') using filter;
  end $$`;

await describeOnEachDatabase('the statement of a filter', (open) => {
  let database: OpenedDatabase;
  const tenant = { kind: 'tenant', tenantId: 'one' } as const;

  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.dispose());

  async function condition(filter: unknown): Promise<string> {
    const { rows } = await database.provider.query<{ condition: string }>(tenant, {
      text: `select aquifer.filter_condition($1, 'm.metadata') as condition`,
      values: [JSON.stringify(filter)],
    });
    return rows[0]?.condition ?? '';
  }

  test('has nothing of its keys and values in it', async () => {
    const plain = await condition(canonicalFilter(asked('key', 'value')));
    expect(plain).toMatch(CONDITION_CHARACTERS);
    for (const text of HOSTILE) {
      expect(await condition(canonicalFilter(asked(text, `${text}.`)))).toBe(plain);
    }
  });

  test.each<[unknown]>([
    [{ op: 'in) or true --', key: 'a', value: [1] }],
    [{ op: 'gt', key: 'a' }],
    [{ op: 'not', args: [] }],
    [{ key: 'a' }],
    ['and'],
    [null],
  ])('there is none where the filter is not canonical: %j', async (filter) => {
    await expect(condition(filter)).rejects.toThrow('this is no canonical filter');
  });

  test('is constants to the planner, and an index serves its equalities', async () => {
    const plan = await planOf({ status: 'deferred', year: { gte: 2020 } });
    expect(plan).toContain('Bitmap Index Scan');
    expect(plan).toMatch(/Index Cond: .*"status\\*": *\\*"deferred/);
    expect(plan).toContain(`'2020'::jsonb`);
    expect(plan).not.toMatch(/filter_probes|#>>/);
    // A list that is long enough to be looked up in a hash table.
    const years = Array.from({ length: 20 }, (_, index) => 2000 + index);
    expect(await planOf({ year: { in: years } })).not.toMatch(/filter_values|#>>/);
  });

  async function planOf(filter: Filter): Promise<string> {
    return database.provider.transaction(tenant, async (tx) => {
      await tx.execute(PLANNED);
      const { rows } = await tx.query<{ line: string }>('select pg_temp.plan($1) as line', [
        JSON.stringify(canonicalFilter(filter)),
      ]);
      return rows.map(({ line }) => line).join('\n');
    });
  }
});

function asked(key: string, value: string): Filter {
  return {
    or: [
      { [key]: value },
      { not: { [key]: { gt: value } } },
      { [key]: { contains: value } },
      { [key]: { nin: Array.from({ length: 20 }, (_, index) => `${value}${index}`) } },
      { [key]: { exists: false } },
    ],
  };
}
