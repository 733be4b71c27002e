import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWNER, type RelationalProvider, type Row, type Statement } from '../../src/relational/index.js';
import { encodeVector } from '../../src/vectors/index.js';
import { serviceAvailable } from '../services/services.js';
import { type DataApiStack, startDataApi } from '../support/data-api/index.js';
import { openTestPostgres } from '../support/postgres.js';

const available = await serviceAvailable('postgres');
const UUID = '6f1c0e7a-3f5e-4a49-9c3e-2b1f6f5f9d11';

/** Through every one of them the service and node-postgres must give the same value. */
const EXPRESSIONS = [
  'true',
  'null::text',
  '42::int2',
  '42::int4',
  '9007199254740993::int8',
  '1.5::float4',
  `'NaN'::float8`,
  '12345678901234567890.123456789::numeric',
  `'naïve ''quotes'' "and" \\ more :p1 $1'::text`,
  `'ab  '::char(4)`,
  `'pg'::name`,
  `'${UUID}'::uuid`,
  `'2024-02-29'::date`,
  `'2024-02-29 12:34:56.789'::timestamp`,
  `'2024-02-29 12:34:56.789+02'::timestamptz`,
  `'1969-12-31 23:59:59+00'::timestamptz`,
  `'12:34:56'::time`,
  `'{"a": [1, null, "x"]}'::json`,
  `'{"a": [1, null, "x"]}'::jsonb`,
  `'"text"'::jsonb`,
  `'\\x00ff10'::bytea`,
  `'192.168.0.1'::inet`,
  `array[1, null, 3]::int4[]`,
  `array[1, 2]::int8[]`,
  `array[1.5, null]::float8[]`,
  `array[1.25, 2]::numeric[]`,
  `array['a', null, 'b,c', '"', '']::text[]`,
  `array[true, false, null]`,
  `array['${UUID}']::uuid[]`,
  `array['2024-02-29 12:34:56+00']::timestamptz[]`,
  `array['{"a": 1}']::jsonb[]`,
  `'{}'::text[]`,
  `'[1,2.5,3]'::vector`,
  `'happy'::mood`,
];

/** Column types, and what an application gives for them. */
const WRITTEN: readonly (readonly [type: string, value: unknown])[] = [
  ['boolean', true],
  ['int4', 7],
  ['int8', 9_007_199_254_740_993n],
  ['int8', '9007199254740993'],
  ['numeric', '0.1000000000000000055'],
  ['float8', 0.1],
  ['text', `'; drop table t; -- :p1 $1 ::`],
  ['text', 42],
  ['uuid', UUID],
  ['date', '2024-02-29'],
  ['timestamptz', new Date('2024-02-29T12:34:56.789Z')],
  ['timestamp', '2024-02-29 12:34:56'],
  ['jsonb', { a: [1, null, 'x'] }],
  ['jsonb', '[1, 2]'],
  ['bytea', Buffer.from([0, 255, 16])],
  ['int4[]', [1, 2, 3]],
  ['text[]', ['a', null, 'b,"c"', '\\']],
  ['text[]', []],
  ['uuid[]', [UUID]],
  ['float8[]', [0.1, 1e300]],
  ['timestamptz[]', [new Date('2024-02-29T12:34:56Z')]],
  ['vector', '[1,2,3]'],
  ['mood', 'happy'],
  ['text', null],
  ['uuid', undefined],
];

describe.skipIf(!available)('values over a Data API', () => {
  let stack: DataApiStack;
  let aurora: RelationalProvider;
  let postgres: RelationalProvider;
  beforeAll(async () => {
    stack = await startDataApi();
    postgres = await openTestPostgres(stack.testDatabase);
    await postgres.transaction(OWNER, (tx) =>
      tx.execute(`create extension vector; create type mood as enum ('happy')`),
    );
    aurora = await stack.open();
  });
  afterAll(async () => {
    await aurora.close();
    await postgres.close();
    await stack.close();
  });

  async function both<T>(read: (provider: RelationalProvider) => Promise<T>): Promise<[T, T]> {
    return [await read(aurora), await read(postgres)];
  }

  test.each(EXPRESSIONS)('%s is read as node-postgres reads it', async (expression) => {
    const statement: Statement = { text: `select ${expression} as value` };
    const [ours, theirs] = await both((provider) => provider.query(OWNER, statement));
    expect(ours).toEqual(theirs);
  });

  test('raw rows have dates and times as text, and the types of their columns', async () => {
    const text = `select '2024-02-29'::date as day, '2024-02-29 12:34:56.5+00'::timestamptz as at,
      '2024-02-29 12:34:56'::timestamp as local, 1 as one, array['a'] as texts, '{}'::jsonb as doc`;
    const [ours, theirs] = await both((provider) =>
      provider.transaction(OWNER, async (tx) => {
        await tx.query(`select set_config('timezone', 'UTC', true)`);
        return tx.queryRaw({ text });
      }),
    );
    expect(ours.rows).toEqual(theirs.rows);
    expect(ours.affected).toBe(theirs.affected);
    const types = ({ fields }: typeof theirs) => fields.map(({ name, dataTypeID }) => [name, dataTypeID]);
    expect(types(ours)).toEqual(types(theirs));
  });

  test.each(WRITTEN)('a %s takes %o as it would from node-postgres', async (type, value) => {
    const statement: Statement = { text: 'insert into t values ($1) returning value', values: [value] };
    const [ours, theirs] = await both((provider) =>
      provider.transaction(OWNER, async (tx) => {
        await tx.execute(`create temporary table t (value ${type}) on commit drop`);
        return tx.query(statement);
      }),
    );
    expect(ours).toEqual(theirs);
  });

  test.each<[string, unknown[]]>([
    ['select array_agg(n) as found from generate_series(1, 5) n where n = any ($1)', [[2, 4]]],
    ['select left($1, $2) as cut, $3::text is null as none', ['abcdef', 3, null]],
    [`select '{"a": 1}'::jsonb @> $1 as holds, $2 || 'x' as joined`, [{ a: 1 }, 'y']],
    [`select coalesce($1, now()) > $2 as later, $1 as at`, [new Date(0), '1960-01-01']],
    [`select ($1::int[])[$2] as item, (array[1,2,3])[$2:$3] as slice`, [[7, 8], 2, 3]],
    ['values ($1::text, $2::int), ($2, 3)', ['1', '2']],
    [`select E'\\'$1' as a, $$ $1 $$ as b, 'x' /* $2 */ as "c $1", $1 as d -- $3`, ['d']],
  ])('%s gives the same', async (text, values) => {
    const read = (provider: RelationalProvider) =>
      provider.query(OWNER, { text, values }).catch((error: Error) => ({ error: error.name }));
    const [ours, theirs] = await both<unknown>(read);
    expect(ours).toEqual(theirs);
  });

  test('a vector in binary form arrives', async () => {
    const vector = Float32Array.from([0.1, -2.5e-8, 3]);
    const statement: Statement = { text: 'select $1::real[] as vector', values: [encodeVector(vector)] };
    const [ours, theirs] = await both((provider) => provider.query<Row>(OWNER, statement));
    expect(ours).toEqual(theirs);
  });

  test('a long array is read once, not for every row', async () => {
    const ids = Array.from({ length: 20_000 }, (_, id) => id);
    const text = 'select sum(($1::int[])[n])::int as sum from generate_series(1, 20000) n';
    const began = performance.now();
    const { rows } = await aurora.query(OWNER, { text, values: [ids] });
    expect(rows).toEqual([{ sum: 199_990_000 }]);
    // Once is some milliseconds, twenty thousand times half a minute.
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('statements that cannot be prepared are typed by their values', async () => {
    const { rows } = await aurora.query(OWNER, {
      text: 'explain (costs off) select * from generate_series(1, $1::int) n where n > $2 and $3::bool',
      values: [3, 1n, true],
    });
    expect(rows.length).toBeGreaterThan(0);
  });

  test('the types of parameters are asked for once a statement, and again after it failed', async () => {
    await aurora.transaction(OWNER, (tx) => tx.execute('create table changing (value int)'));
    const insert = (value: unknown) =>
      aurora.query(OWNER, { text: 'insert into changing values ($1)', values: [value] });
    const callsOf = async (work: Promise<unknown>) => {
      const before = stack.fake.calls.length;
      await work;
      return stack.fake.calls.slice(before).join(' ');
    };
    const short = 'BeginTransaction Execute Execute CommitTransaction';
    expect(await callsOf(insert(1))).toBe(
      'BeginTransaction Execute Execute Execute Execute CommitTransaction',
    );
    expect(await callsOf(insert(2))).toBe(short);
    await postgres.transaction(OWNER, (tx) => tx.execute('alter table changing alter value type text'));
    await expect(insert('three')).rejects.toMatchObject({ code: 'AQF_VALUE_INVALID' });
    await insert('three');
    const { rows } = await aurora.query(OWNER, { text: 'select value from changing order by value' });
    expect(rows).toEqual([{ value: '1' }, { value: '2' }, { value: 'three' }]);
  });

  test('a statement is analysed anew after this provider changed a table', async () => {
    const insert = {
      text: 'insert into altered values ($1) returning value',
      values: ['2024-02-29 12:00+00'],
    };
    await aurora.transaction(OWNER, (tx) => tx.execute('create table altered (value date)'));
    await aurora.query(OWNER, insert);
    await aurora.transaction(OWNER, (tx) => tx.execute('alter table altered alter value type timestamptz'));
    const { rows } = await aurora.query(OWNER, insert);
    expect(rows).toEqual([{ value: new Date('2024-02-29T12:00:00Z') }]);
  });

  test('a wrong number of values is refused before anything is sent', async () => {
    const before = stack.fake.calls.length;
    await expect(aurora.query(OWNER, { text: 'select $1, $2', values: [1] })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    expect(stack.fake.calls.length).toBe(before);
  });

  test('several statements are sent one by one, bodies of functions in one piece', async () => {
    await aurora.transaction(OWNER, (tx) =>
      tx.execute(`
        create table counted (n int); -- one; two
        create function add_one(n int) returns int language sql begin atomic select case when n > 0 then n + 1 end; end;
        do $body$ begin insert into counted values (1); insert into counted values (2); end $body$;
        insert into counted select add_one(n) from counted;`),
    );
    const { rows } = await aurora.query(OWNER, { text: 'select sum(n)::int as sum from counted' });
    expect(rows).toEqual([{ sum: 8 }]);
  });

  test('the service takes one statement a call, and no arrays', async () => {
    const refused = aurora.query(OWNER, { text: 'select 1; select 2' });
    await expect(refused).rejects.toThrow("Multistatements aren't supported.");
  });

  test.each([
    ['an answer above 1 MiB', `select repeat('x', 60000) as text from generate_series(1, 20)`],
    ['a row above 64 KiB', `select repeat('x', 70000) as text`],
  ])('%s is an error that says to read page by page', async (_what, text) => {
    await expect(aurora.query(OWNER, { text })).rejects.toMatchObject({
      code: 'AQF_RESULT_TOO_LARGE',
      hint: expect.stringContaining('page by page'),
    });
  });

  test('a call above 4 MiB is an error that says to write fewer rows at once', async () => {
    const values = ['x'.repeat(4 * 1024 * 1024)];
    await expect(aurora.query(OWNER, { text: 'select length($1)', values })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
      hint: 'Write fewer rows in a statement.',
    });
  });

  test('a type that the service cannot return is an error that says to cast', async () => {
    await expect(aurora.query(OWNER, { text: `select '1 day'::interval as value` })).rejects.toMatchObject({
      code: 'AQF_NOT_SUPPORTED',
      message: expect.stringContaining('INTERVAL'),
      hint: expect.stringContaining('text'),
    });
  });
});
