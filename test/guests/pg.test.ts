import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentScope, runInScope, type ScopedPool, scopedPg } from '../../src/guests/pg/index.js';
import type { Scope } from '../../src/layer/index.js';
import { describeOnEachLayer, type OpenedLayer } from './layers.js';

const NOTES_SQL = `
  create table notes (id serial primary key, tenant_id text not null, title text not null unique, size bigint not null default 0,
    tags text[] not null default '{}', meta jsonb, day date, at timestamptz not null default now());
  select aquifer.adopt('notes', keys => 'unique', audited => true);`;

interface Notes {
  notes: { id: number; title: string; size: string; tags: string[]; meta: unknown; day: Date; at: Date };
}

await describeOnEachLayer('a scope as a pool of node-postgres', (open, kind) => {
  let opened: OpenedLayer;
  let acme: Scope;
  let rival: Scope;
  let pool: ScopedPool;
  beforeAll(async () => {
    opened = await open(NOTES_SQL);
    acme = opened.layer.scope({ tenantId: 'acme', actorId: 'ann' });
    rival = opened.layer.scope({ tenantId: 'rival' });
    pool = scopedPg(acme);
  });
  afterAll(() => opened?.dispose());

  const add = (title: string) =>
    pool.query('insert into notes (title, tags) values ($1, $2) returning id', [title, ['x']]);
  const titles = async (from: Scope = acme) =>
    (await from.query('select title from notes order by id')).rows.map(({ title }) => title);

  test('answers as node-postgres does', async () => {
    const inserted = await add('one');
    expect(inserted).toMatchObject({ command: 'INSERT', rowCount: 1, rows: [{ id: 1 }] });
    const { rows, fields, rowCount, command } = await pool.query({
      text: `select id, size, tags, day, at, $1::jsonb as meta, '\\x00ff'::bytea as bytes, null as nothing from notes`,
      values: ['{"a": [1]}'],
    });
    expect({ command, rowCount }).toEqual({ command: 'SELECT', rowCount: 1 });
    expect(rows).toEqual([
      {
        id: 1,
        size: '0',
        tags: ['x'],
        day: null,
        at: expect.any(Date),
        meta: { a: [1] },
        bytes: Buffer.from([0, 255]),
        nothing: null,
      },
    ]);
    expect(fields[1]).toMatchObject({ name: 'size', dataTypeID: 20 });
    expect(await pool.query('update notes set size = 1')).toMatchObject({ command: 'UPDATE', rowCount: 1 });
    expect(await pool.query('select 1 where false')).toMatchObject({ rowCount: 0, rows: [] });
  });

  test('gives rows as arrays, and as the parsers asked for say', async () => {
    const text = `select date '2024-02-29' as day, 7::bigint as seven`;
    expect(await pool.query({ text, rowMode: 'array' })).toMatchObject({
      rows: [[new Date(2024, 1, 29), '7']],
    });
    const types = { getTypeParser: (oid: number) => (value: string) => `${oid}:${value}` };
    const { rows } = await pool.query({ text: `select date '2024-02-29' as day`, types });
    expect(rows).toEqual([{ day: '1082:2024-02-29' }]);
  });

  test('takes callbacks', async () => {
    const asked = new Promise((resolve, reject) =>
      pool.connect((error, client, release) => {
        if (error) return reject(error);
        client.query('select $1::int as n', [5], (failed, result) => {
          release();
          if (failed) reject(failed);
          else resolve(result.rows);
        });
      }),
    );
    expect(await asked).toEqual([{ n: 5 }]);
    const failed = new Promise((resolve) => pool.query('select nonsense', (error) => resolve(error)));
    expect(await failed).toMatchObject({ code: '42703' });
  });

  describe('transactions', () => {
    test('commit and roll back', async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(`insert into notes (title) values ('kept')`);
      expect(await client.query('COMMIT')).toMatchObject({ command: 'COMMIT' });
      await client.query('BEGIN');
      await client.query(`insert into notes (title) values ('undone')`);
      await client.query('ROLLBACK');
      client.release();
      expect(await titles()).toEqual(['one', 'kept']);
    });

    test('take an isolation level, in BEGIN or after it', async () => {
      const client = await pool.connect();
      const level = async () => (await client.query('show transaction_isolation')).rows[0];
      await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
      expect(await level()).toEqual({ transaction_isolation: 'serializable' });
      await client.query('COMMIT');
      await client.query('START TRANSACTION');
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      expect(await level()).toEqual({ transaction_isolation: 'repeatable read' });
      await client.query('ROLLBACK');
      client.release();
    });

    test('go on behind a savepoint', async () => {
      const client = await pool.connect();
      await expect(client.query('SAVEPOINT a')).rejects.toThrow('in transactions');
      await client.query('BEGIN');
      await client.query('SAVEPOINT a');
      await expect(client.query(`insert into notes (title) values ('one')`)).rejects.toMatchObject({
        code: '23505',
      });
      await client.query('ROLLBACK TO SAVEPOINT a');
      await client.query(`insert into notes (title) values ('after a savepoint')`);
      await client.query('COMMIT');
      client.release();
      expect(await titles()).toContain('after a savepoint');
    });

    test('that the server undid do not commit', async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query('select 1/0').catch(() => undefined);
      await expect(client.query('select 1')).rejects.toThrow();
      await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '22012' });
      client.release();
    });

    test('are rolled back when the client is released without an end', async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(`insert into notes (title) values ('left open')`);
      client.release();
      expect(await titles()).not.toContain('left open');
    });

    test('run statements that are not awaited in their order', async () => {
      const client = await pool.connect();
      const sent = ['BEGIN', `insert into notes (title) values ('sent')`, 'COMMIT'].map((text) =>
        client.query(text),
      );
      await Promise.all(sent);
      client.release();
      expect(await titles()).toContain('sent');
    });
  });

  test('gives errors as node-postgres does, without the values of rows', async () => {
    const failure = await pool
      .query(`insert into notes (title) values ('one')`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(pg.DatabaseError);
    expect(failure).toMatchObject({ code: '23505', table: 'notes', constraint: expect.any(String) });
    expect((failure as pg.DatabaseError).detail).toBeUndefined();
  });

  describe('isolation', () => {
    test('holds for every statement, in transactions and out of them', async () => {
      const other = scopedPg(rival);
      expect(await other.query('select * from notes')).toMatchObject({ rowCount: 0 });
      expect(await other.query('delete from notes')).toMatchObject({ rowCount: 0 });
      const client = await other.connect();
      await client.query('BEGIN');
      expect(await client.query('update notes set size = 9')).toMatchObject({ rowCount: 0 });
      await client.query('COMMIT');
      client.release();
      expect((await titles()).length).toBeGreaterThan(0);
    });

    test.each([
      'set role none',
      'reset role',
      'set session authorization default',
      `commit; select * from notes`,
      `select 1; reset role`,
      'discard all',
      'begin; commit; select 1',
    ])('is not left by %s', async (text) => {
      const client = await scopedPg(rival).connect();
      await client.query('BEGIN');
      await expect(client.query(text)).rejects.toThrow();
      client.release();
      expect((await scopedPg(rival).query('select current_user as me')).rows).toEqual([
        { me: 'aquifer_app' },
      ]);
    });

    test('follows the caller where one pool serves all scopes, and fails without one', async () => {
      const shared = scopedPg(currentScope);
      const count = async () => (await shared.query('select count(*)::int as n from notes')).rows[0]?.n;
      await expect(count()).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
      const all = (await titles()).length;
      const counts = await Promise.all([runInScope(acme, count), runInScope(rival, count)]);
      expect(counts).toEqual([all, 0]);
      const client = await runInScope(rival, () => shared.connect());
      const { rows } = await runInScope(acme, () => client.query('select count(*)::int as n from notes'));
      expect(rows).toEqual([{ n: 0 }]);
    });
  });

  test('refuses cursors, and everything once it was ended', async () => {
    expect(() => pool.query({ text: 'x', submit() {} } as never)).toThrow(
      expect.objectContaining({ code: 'AQF_NOT_SUPPORTED' }),
    );
    const other = scopedPg(acme);
    await other.end();
    await expect(other.query('select 1')).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    await expect(other.connect()).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });

  describe('under Kysely', () => {
    let db: Kysely<Notes>;
    beforeAll(() => {
      db = new Kysely<Notes>({ dialect: new PostgresDialect({ pool: scopedPg(acme) }) });
    });
    afterAll(() => db.destroy());

    test('queries, writes and counts', async () => {
      const written = await db
        .insertInto('notes')
        .values([{ title: 'k1' }, { title: 'k2' }] as never)
        .returning(['id', 'title', 'size'])
        .execute();
      expect(written).toMatchObject([{ title: 'k1', size: '0' }, { title: 'k2' }]);
      const [updated] = await db
        .updateTable('notes')
        .set({ size: '5' })
        .where('title', 'in', ['k1', 'k2'])
        .execute();
      expect(updated?.numUpdatedRows).toBe(2n);
      const [deleted] = await db.deleteFrom('notes').where('title', '=', 'k2').execute();
      expect(deleted?.numDeletedRows).toBe(1n);
      const found = await db.selectFrom('notes').selectAll().where('title', '=', 'k1').executeTakeFirst();
      expect(found).toMatchObject({ title: 'k1', size: '5', at: expect.any(Date) });
    });

    test('runs transactions at the level asked for', async () => {
      const work = db
        .transaction()
        .setIsolationLevel('serializable')
        .execute(async (tx) => {
          await tx
            .insertInto('notes')
            .values({ title: 'k-undone' } as never)
            .execute();
          const { rows } = await sql`show transaction_isolation`.execute(tx);
          throw new Error(JSON.stringify(rows));
        });
      await expect(work).rejects.toThrow('serializable');
      expect(await titles()).not.toContain('k-undone');
    });

    test('controls transactions step by step', async () => {
      const tx = await db.startTransaction().execute();
      await tx
        .insertInto('notes')
        .values({ title: 'k-step' } as never)
        .execute();
      const inner = await tx.savepoint('inner').execute();
      await inner
        .insertInto('notes')
        .values({ title: 'k-inner' } as never)
        .execute();
      await inner.rollbackToSavepoint('inner').execute();
      await tx.commit().execute();
      expect(await titles()).toEqual(expect.arrayContaining(['k-step']));
      expect(await titles()).not.toContain('k-inner');
    });
  });

  test.skipIf(kind === 'embedded')('shows in the figures of the pool', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('select 1');
    expect(opened.layer.pool()).toMatchObject({ total: expect.any(Number), waiting: 0 });
    const { total = 0, idle = 0 } = opened.layer.pool() ?? {};
    expect(total - idle).toBeGreaterThan(0);
    client.release();
  });
});
