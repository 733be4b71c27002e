import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addressOf,
  type EncryptedTable,
  Encryption,
  encryptedTables,
  type KeyProvider,
  rowIdOf,
  unencryptedColumns,
} from '../../src/encryption/index.js';
import { tableWalk } from '../../src/encryption/reencrypt-queries.js';
import { migrate, OWNER, type RelationalProvider } from '../../src/relational/index.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { keyRows, newKeyFile, newTenant, tenant } from './support.js';

const SCHEMA = `
  create schema app;
  grant usage on schema app to aquifer_app, aquifer_system;
  create table app.notes (
    tenant_id text not null, id uuid not null, body text, remark text, primary key (tenant_id, id));
  create table app."Odd ""pages""" (
    tenant_id text not null, folder text not null, number integer not null, body text,
    primary key (tenant_id, folder, number));
  create table app.letters (tenant_id text not null, id bigint not null, body text, cc text, primary key (tenant_id, id));
  insert into app.letters select 'old-customer', id, 'letter ' || id, case when id % 2 = 0 then 'cc ' || id end
  from generate_series(1, 1200) as id;
  select aquifer.adopt('app.notes', encrypted => '{body,remark}', versioned => true, soft_delete => true);
  select aquifer.adopt('app."Odd ""pages"""', encrypted => '{body}');
  select aquifer.adopt('app.letters', encrypted => '{body,cc}');`;

const HURRY = { leadMs: 0 };

describe.skipIf(!(await serviceAvailable('postgres')))('re-encryption on a real server', () => {
  let server: TestDatabase;
  let database: RelationalProvider;
  let provider: KeyProvider;
  let encryption: Encryption;
  let notes: EncryptedTable;
  let pages: EncryptedTable;
  let letters: EncryptedTable;
  beforeAll(async () => {
    server = await createTestDatabase();
    database = await openTestPostgres(server);
    await migrate(database);
    await database.transaction(OWNER, (tx) => tx.execute(SCHEMA));
    provider = await newKeyFile();
    encryption = new Encryption({ provider });
    const tables = await database.transaction(OWNER, encryptedTables);
    [pages, letters, notes] = tables as [EncryptedTable, EncryptedTable, EncryptedTable];
  });
  afterAll(async () => {
    encryption.close();
    await database.close();
    await server.drop();
  });

  const within = <T>(tenantId: string, work: Parameters<typeof database.transaction<T>>[1]) =>
    database.transaction(tenant(tenantId), work);

  const field = (table: EncryptedTable, column: string, ...key: string[]) => ({
    table: addressOf(table),
    column,
    rowId: rowIdOf(key),
  });

  async function writeNote(tenantId: string, id: string, body: string, source = encryption): Promise<void> {
    await within(tenantId, async (tx) => {
      const cipher = await source.forTenant(tx, tenantId);
      const values = [tenantId, id, cipher.encrypt(field(notes, 'body', id), body)];
      const sql = `insert into app.notes (tenant_id, id, body) values ($1, $2, $3)
                   on conflict (tenant_id, id) do update set body = excluded.body`;
      await tx.query(sql, values);
    });
  }

  async function readNote(tenantId: string, id: string, source = encryption): Promise<string> {
    return within(tenantId, async (tx) => {
      const { rows } = await tx.query<{ body: string }>('select body from app.notes where id = $1', [id]);
      return (await source.forTenant(tx, tenantId)).decrypt(
        field(notes, 'body', id),
        rows[0]?.body as string,
      );
    });
  }

  const versionsOf = (tenantId: string, table: string) =>
    within(tenantId, async (tx) => {
      const sql = `select split_part(body, '.', 2) as version, count(*)::integer as rows from ${table} group by 1 order by 1`;
      return (await tx.query<{ version: string; rows: number }>(sql)).rows;
    });

  test('the catalogue names the tables, their keys and their columns', () => {
    expect([notes, pages, letters]).toEqual([
      {
        schema: 'app',
        name: 'notes',
        tenantColumn: 'tenant_id',
        keyColumns: ['id'],
        encrypted: ['body', 'remark'],
      },
      {
        schema: 'app',
        name: 'Odd "pages"',
        tenantColumn: 'tenant_id',
        keyColumns: ['folder', 'number'],
        encrypted: ['body'],
      },
      {
        schema: 'app',
        name: 'letters',
        tenantColumn: 'tenant_id',
        keyColumns: ['id'],
        encrypted: ['body', 'cc'],
      },
    ]);
  });

  test('goes on where it was stopped, and retires the old version at the end only', async () => {
    const tenantId = newTenant();
    const ids = Array.from({ length: 50 }, () => randomUUID());
    for (const id of ids) await writeNote(tenantId, id, `note ${id}`);
    await encryption.rotate(database, tenantId, HURRY);

    const stop = new AbortController();
    const stopping = { batchRows: 10, signal: stop.signal };
    let batches = 0;
    const counting: RelationalProvider = Object.create(database, {
      transaction: {
        value: (...args: Parameters<typeof database.transaction>) => {
          // The first one makes sure that there are keys, then come the batches.
          if (++batches === 4) stop.abort();
          return database.transaction(...args);
        },
      },
      query: { value: database.query.bind(database) },
    });
    await expect(encryption.reencrypt(counting, tenantId, [notes], stopping)).rejects.toThrow(/abort/i);
    expect(await versionsOf(tenantId, 'app.notes')).toEqual([
      { version: '1', rows: 20 },
      { version: '2', rows: 30 },
    ]);
    expect((await keyRows(database, tenantId))[0]).toMatchObject({ version: 1, retired: false });

    const outcome = await encryption.reencrypt(database, tenantId, [notes], { batchRows: 7 });
    expect(outcome).toEqual({ version: 2, rewritten: 20, unreadable: [], retired: [1] });
    for (const id of ids) expect(await readNote(tenantId, id)).toBe(`note ${id}`);
    const again = await encryption.reencrypt(database, tenantId, [notes]);
    expect(again).toMatchObject({ rewritten: 0, retired: [] });
  });

  test('encrypts what the table held before, until the database confirms that nothing is in the clear', async () => {
    const tenantId = 'old-customer';
    expect(await unencryptedColumns(database, [notes, letters])).toEqual([
      'app.letters.body',
      'app.letters.cc',
    ]);
    const outcome = await encryption.reencrypt(database, tenantId, [letters]);
    expect(outcome).toMatchObject({ version: 1, rewritten: 1200, unreadable: [] });
    expect(await unencryptedColumns(database, [notes, letters])).toEqual([]);
    await within(tenantId, async (tx) => {
      const cipher = await encryption.forTenant(tx, tenantId);
      const { rows } = await tx.query<{ id: string; body: string; cc: string | null }>(
        'select id::text, body, cc from app.letters',
      );
      expect(rows).toHaveLength(1200);
      for (const { id, body, cc } of rows) {
        expect(cipher.decrypt(field(letters, 'body', id), body)).toBe(`letter ${id}`);
        expect(cc && cipher.decrypt(field(letters, 'cc', id), cc)).toBe(
          Number(id) % 2 === 0 ? `cc ${id}` : null,
        );
      }
    });
  });

  test('handles keys of several columns, odd names, and soft-deleted rows', async () => {
    const tenantId = newTenant();
    await within(tenantId, async (tx) => {
      const cipher = await encryption.forTenant(tx, tenantId);
      for (const folder of ['a', 'a,"b', "c'; drop table app.notes; --"]) {
        for (const number of [2, 10]) {
          const body = cipher.encrypt(field(pages, 'body', folder, String(number)), `${folder} ${number}`);
          const sql = `insert into app."Odd ""pages""" (tenant_id, folder, number, body) values ($1, $2, $3, $4)`;
          await tx.query(sql, [tenantId, folder, number, body]);
        }
      }
    });
    const deleted = randomUUID();
    await writeNote(tenantId, deleted, 'deleted');
    await within(tenantId, (tx) => tx.query('delete from app.notes where id = $1', [deleted]));
    await encryption.rotate(database, tenantId, HURRY);
    const outcome = await encryption.reencrypt(database, tenantId, [pages, notes], { batchRows: 2 });
    expect(outcome).toMatchObject({ rewritten: 7, unreadable: [], retired: [1] });
    await within(tenantId, async (tx) => {
      const cipher = await encryption.forTenant(tx, tenantId);
      const { rows } = await tx.query<{ folder: string; number: number; body: string }>(
        'select * from app."Odd ""pages"""',
      );
      expect(rows).toHaveLength(6);
      for (const { folder, number, body } of rows) {
        expect(body).toMatch(/^aqe1\.2\./);
        expect(cipher.decrypt(field(pages, 'body', folder, String(number)), body)).toBe(
          `${folder} ${number}`,
        );
      }
    });
  });

  test('leaves a value to the one who changed it meanwhile', async () => {
    const tenantId = newTenant();
    const id = randomUUID();
    await writeNote(tenantId, id, 'first');
    await encryption.rotate(database, tenantId, HURRY);
    const statements = await within(tenantId, (tx) => tableWalk(tx, notes, tenantId, 2));
    const rows = await within(tenantId, (tx) => statements.next(tx, undefined, 10));
    await writeNote(tenantId, id, 'second');
    const rewritten = rows.map((row) => ({ ...row, rewritten: ['aqe1.2.overwritten', null] }));
    expect(await within(tenantId, (tx) => statements.write(tx, rewritten))).toBe(0);
    expect(await readNote(tenantId, id)).toBe('second');
  });

  test('reports a value that does not open, leaves it, and keeps the key it may need', async () => {
    const tenantId = newTenant();
    const [good, bad] = [randomUUID(), randomUUID()];
    await writeNote(tenantId, good, 'good');
    await writeNote(tenantId, bad, 'bad');
    const move = 'update app.notes set body = (select body from app.notes where id = $1) where id = $2';
    await within(tenantId, (tx) => tx.query(move, [good, bad]));
    await encryption.rotate(database, tenantId, HURRY);
    const outcome = await encryption.reencrypt(database, tenantId, [notes]);
    expect(outcome).toMatchObject({
      rewritten: 1,
      unreadable: [{ table: 'app.notes', rowId: bad }],
      retired: [],
    });
    expect(await versionsOf(tenantId, 'app.notes')).toEqual([
      { version: '1', rows: 1 },
      { version: '2', rows: 1 },
    ]);
  });

  test('has nothing to write with when the key was destroyed', async () => {
    const tenantId = newTenant();
    await writeNote(tenantId, randomUUID(), 'gone');
    await encryption.destroyTenantKeys(database, tenantId);
    const walking = encryption.reencrypt(database, tenantId, [notes]);
    await expect(walking).rejects.toMatchObject({ code: 'AQF_KEY_DESTROYED' });
    expect(await versionsOf(tenantId, 'app.notes')).toEqual([{ version: '1', rows: 1 }]);
  });

  test('refuses a table without these columns', async () => {
    const wrong = { ...notes, encrypted: ['body"; drop table app.notes; --'] };
    const walking = encryption.reencrypt(database, newTenant(), [wrong]);
    await expect(walking).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
  });

  test('turns the key while eight writers in two processes go on, without an error or a lost value', async () => {
    const tenantId = newTenant();
    const processes = [1, 2].map(() => new Encryption({ provider, ttlMs: 2000 }));
    const connections = await Promise.all(processes.map(() => openTestPostgres(server)));
    const written = new Map<string, string>();
    let isOver = false;
    const writer = async (at: number) => {
      const source = processes[at % 2] as Encryption;
      const own: string[] = [];
      for (let turn = 0; !isOver; turn++) {
        const id = turn % 3 === 0 || own.length === 0 ? randomUUID() : (own[randomInt(own.length)] as string);
        if (!written.has(id)) own.push(id);
        const body = `writer ${at} turn ${turn}`;
        await writeNote(tenantId, id, body, source);
        written.set(id, body);
        const [seen] = [...written.keys()].slice(randomInt(written.size));
        expect(await readNote(tenantId, seen as string, source)).toMatch(/^writer \d turn \d+$/);
      }
    };
    const writers = Array.from({ length: 8 }, (_, at) => writer(at));
    const [turning] = processes as [Encryption];
    const rotation = (async () => {
      await until(() => written.size > 40);
      await turning.rotate(connections[0] as RelationalProvider, tenantId);
      const first = await turning.reencrypt(database, tenantId, [notes], { batchRows: 20 });
      const before = written.size;
      await until(() => written.size > before + 40);
      return first;
    })().finally(() => {
      isOver = true;
    });
    await Promise.all([rotation, ...writers]);
    expect((await rotation).rewritten).toBeGreaterThan(0);
    expect((await rotation).unreadable).toEqual([]);

    // Writers that had looked just before the version became active still wrote with the old one for a moment.
    const last = await turning.reencrypt(database, tenantId, [notes]);
    expect(last).toMatchObject({ version: 2, unreadable: [] });
    expect((await versionsOf(tenantId, 'app.notes')).map(({ version }) => version)).toEqual(['2']);
    expect((await keyRows(database, tenantId))[0]).toMatchObject({ version: 1, retired: true });
    for (const [id, body] of written) expect(await readNote(tenantId, id)).toBe(body);
    await Promise.all(connections.map((connection) => connection.close()));
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
