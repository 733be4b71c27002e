import { expect, test } from 'vitest';
import { OWNER } from '../context.js';
import { ACME, INSERT_ITEM, itemIds, type Opened, RIVAL, rowsOf } from './fixture.js';

export function statementTests(opened: Opened): void {
  test('tells how many rows a statement wrote', async () => {
    const values = ['counted 1', 'counted 2'];
    const text = 'insert into conformance.items (id) values ($1), ($2) returning id';
    expect(await opened().query(ACME, { text, values })).toEqual({
      rows: values.map((id) => ({ id })),
      affected: 2,
    });
    const deleting = { text: `delete from conformance.items where id like 'counted%'` };
    expect((await opened().query(ACME, deleting)).affected).toBe(2);
  });

  test('gives raw rows as arrays, with dates and times as text', async () => {
    const text = `select 7 as n, date '2026-01-02' as day, timestamp '2026-01-02 03:04:05' as at, null::text as none`;
    const { rows, fields } = await opened().queryRaw(OWNER, { text });
    expect(rows).toEqual([[7, '2026-01-02', '2026-01-02 03:04:05', null]]);
    expect(fields.map(({ name, dataTypeID }) => [name, dataTypeID])).toEqual([
      ['n', 23],
      ['day', 1082],
      ['at', 1114],
      ['none', 25],
    ]);
  });

  test('binds parameters, whatever they contain', async () => {
    const hostile = [`'; drop table conformance.items; --`, '$1', '\\', 'ü € 😀', ''];
    for (const id of hostile) {
      expect(await rowsOf(opened(), RIVAL, 'select $1::text as id', [id])).toEqual([{ id }]);
    }
  });

  test('runs a named statement again and again, with other values', async () => {
    const named = { name: 'conformance_double', text: 'select $1::int * 2 as twice' };
    for (const n of [1, 2, 3]) {
      expect((await opened().query(ACME, { ...named, values: [n] })).rows).toEqual([{ twice: n * 2 }]);
    }
  });

  test('goes on using a name after a statement of that name failed', async () => {
    const named = { name: 'conformance_divide', text: 'select 6 / $1::int as part' };
    for (const divisor of [0, 2, 0, 3]) {
      const answer = opened().query(ACME, { ...named, values: [divisor] });
      if (divisor === 0) await expect(answer).rejects.toMatchObject({ code: 'AQF_VALUE_INVALID' });
      else expect((await answer).rows).toEqual([{ part: 6 / divisor }]);
    }
  });

  test('takes a name of any length', async () => {
    const name = 'conformance '.repeat(10);
    const first = { name: `${name}1`, text: 'select 1 as n' };
    const second = { name: `${name}2`, text: 'select 2 as n' };
    expect((await opened().query(ACME, first)).rows).toEqual([{ n: 1 }]);
    expect((await opened().query(ACME, second)).rows).toEqual([{ n: 2 }]);
  });

  test('refuses to write where only reading was asked for', async () => {
    const writing = { text: INSERT_ITEM, values: ['read'] };
    const refusal = { name: 'ReadOnlyError', code: 'AQF_READ_ONLY' };
    await expect(opened().query(ACME, writing, { access: 'read' })).rejects.toMatchObject(refusal);
    await expect(
      opened().query(OWNER, { text: 'create table public.refused ()' }, { access: 'read' }),
    ).rejects.toMatchObject(refusal);
    const reading = opened().transaction(ACME, (tx) => tx.query(writing), { access: 'read' });
    await expect(reading).rejects.toMatchObject(refusal);
    expect(await itemIds(opened(), ACME)).not.toContain('read');
    await opened().query(ACME, { text: `delete from conformance.items where id = 'nobody'` });
  });

  test('goes on after a statement that failed', async () => {
    const broken = opened().query(ACME, { text: 'select * from nowhere' });
    await expect(broken).rejects.toMatchObject({ code: 'AQF_QUERY_FAILED', facts: { sqlstate: '42P01' } });
    expect(await rowsOf(opened(), ACME, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('refuses a parameter that cannot be written, and goes on', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(rowsOf(opened(), ACME, 'select $1::jsonb', [circular])).rejects.toThrow();
    expect(await rowsOf(opened(), ACME, 'select 1 as n')).toEqual([{ n: 1 }]);
  });
}
