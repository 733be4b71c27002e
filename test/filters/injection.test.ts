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

await describeOnEachDatabase('a hostile filter', (open) => {
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

  test('leaves nothing of its keys and values in the condition', async () => {
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
  ])('that is not canonical becomes no condition: %j', async (filter) => {
    await expect(condition(filter)).rejects.toThrow('this is no canonical filter');
  });
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
