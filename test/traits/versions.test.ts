import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OWNER, type TenantContext } from '../../src/relational/index.js';
import { RowVersions } from '../../src/versions/index.js';
import { freshTenant, makeThings } from '../events/things.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

await describeOnEachDatabase('the versions of a row', (open) => {
  let database: OpenedDatabase;
  let versions: RowVersions;
  let acme: TenantContext;
  beforeAll(async () => {
    database = await open();
    await makeThings(database.provider, 'versioned => true, soft_delete => true, timestamps => true');
  });
  afterAll(() => database.dispose());
  beforeEach(async () => {
    acme = freshTenant();
    versions = new RowVersions(database.provider, acme, 'things', '1');
    await run(`insert into app.things (id, name, note) values (1, 'one', 'a')`);
    await run(`update app.things set name = 'two' where id = 1`);
  });
  const run = (text: string) => database.provider.query(acme, { text });
  const row = async () => (await run('select name, note, revision::integer from app.things')).rows[0];

  test('are all kept, the newest first', async () => {
    expect(await versions.list()).toMatchObject([
      { revision: 2, operation: 'update', changed: ['name'], row: { name: 'two' }, actorId: 'ann' },
      { revision: 1, operation: 'insert', row: { name: 'one' } },
    ]);
    expect(await versions.list({ before: 2 })).toMatchObject([{ revision: 1 }]);
  });

  test('show the row as it was at a moment', async () => {
    await database.provider.transaction(OWNER, (tx) =>
      tx.execute(
        `update aquifer.changes set at = at - interval '1 hour' where revision = 1 and tenant_id = '${acme.tenantId}'`,
      ),
    );
    const [second, first] = await versions.list();
    expect(await versions.at(first?.at ?? new Date(0))).toMatchObject({ name: 'one' });
    expect(await versions.at(second?.at ?? new Date(0))).toMatchObject({ name: 'two' });
    expect(await versions.at(new Date(0))).toBeUndefined();
    await run('delete from app.things');
    expect(await versions.at(new Date(Date.now() + 60_000))).toBeUndefined();
  });

  test('are compared field by field', async () => {
    expect(await versions.diff(1, 2)).toEqual([{ field: 'name', from: 'one', to: 'two' }]);
    await expect(versions.diff(1, 9)).rejects.toMatchObject({ code: 'AQF_REVISION_NOT_FOUND' });
  });

  test('are reverted to by a new revision', async () => {
    expect(await versions.revert(1)).toBe(3);
    expect(await row()).toEqual({ name: 'one', note: 'a', revision: 3 });
    expect(await versions.list()).toHaveLength(3);
  });

  test('are reverted to digit by digit', async () => {
    const exact = {
      big: '9007199254740993',
      amount: '12345678901234567890.123456789',
      nested: '{"n": 0.1234567890123456789}',
    };
    await database.provider.transaction(OWNER, (tx) =>
      tx.execute(`create table app.exact (id integer primary key, tenant_id text not null, big bigint, amount numeric, nested jsonb);
        select aquifer.adopt('app.exact', versioned => true)`),
    );
    const { big, amount, nested } = exact;
    await run(`insert into app.exact (id, big, amount, nested) values (1, ${big}, ${amount}, '${nested}')`);
    await run(`update app.exact set big = 1, amount = 1, nested = null`);
    expect(await new RowVersions(database.provider, acme, 'exact', '1').revert(1)).toBe(3);
    const { rows } = await run('select big::text, amount::text, nested::text from app.exact');
    expect(rows).toEqual([exact]);
  });

  test('bring a deleted row back', async () => {
    await run('delete from app.things');
    expect(await row()).toBeUndefined();
    await versions.revert(2);
    expect(await row()).toMatchObject({ name: 'two' });
  });

  test('of another tenant are not there', async () => {
    const theirs = new RowVersions(database.provider, freshTenant(), 'things', '1');
    expect(await theirs.list()).toEqual([]);
    await expect(theirs.revert(1)).rejects.toMatchObject({ code: 'AQF_REVISION_NOT_FOUND' });
    await expect(theirs.createBranch('x')).rejects.toMatchObject({ code: 'AQF_ROW_NOT_FOUND' });
    await versions.createBranch('ours');
    expect(await theirs.branches()).toEqual([]);
    await expect(theirs.branch('ours').merge()).rejects.toMatchObject({ code: 'AQF_ROW_NOT_FOUND' });
  });

  describe('on a branch', () => {
    test('do not show in the row until they are merged', async () => {
      const branch = await versions.createBranch('draft');
      expect(await branch.update({ name: 'draft' })).toBe(1);
      expect(await branch.update({ note: 'b' })).toBe(2);
      expect(await row()).toEqual({ name: 'two', note: 'a', revision: 2 });
      expect(await branch.read()).toMatchObject({ name: 'draft', note: 'b' });
      expect(await branch.diff()).toEqual([
        { field: 'name', from: 'two', to: 'draft' },
        { field: 'note', from: 'a', to: 'b' },
      ]);
      expect(await branch.merge()).toEqual({ status: 'merged', revision: 3, changed: ['name', 'note'] });
      expect(await row()).toEqual({ name: 'draft', note: 'b', revision: 3 });
      expect(await versions.branches()).toMatchObject([
        { name: 'draft', state: 'merged', mergedRevision: 3 },
      ]);
      expect(await branch.revisions()).toHaveLength(2);
    });

    test('merge with what the row became meanwhile, field by field', async () => {
      const branch = await versions.createBranch('draft');
      await branch.update({ name: 'draft' });
      await run(`update app.things set note = 'theirs'`);
      expect(await branch.merge()).toMatchObject({ status: 'merged', changed: ['name'] });
      expect(await row()).toMatchObject({ name: 'draft', note: 'theirs' });
    });

    test('conflict where both changed a field, and nothing is lost or written', async () => {
      const branch = await versions.createBranch('draft');
      await branch.update({ name: 'draft', note: 'draft' });
      await run(`update app.things set name = 'main'`);
      const conflicts = [{ field: 'name', base: 'two', row: 'main', branch: 'draft' }];
      expect(await branch.merge()).toEqual({ status: 'conflicts', conflicts });
      expect(await row()).toMatchObject({ name: 'main', note: 'a' });
      expect(await branch.merge({ name: { value: 'both' } })).toMatchObject({ status: 'merged' });
      expect(await row()).toMatchObject({ name: 'both', note: 'draft' });
    });

    test('take either side of a conflict', async () => {
      for (const [side, expected] of [
        ['row', 'main'],
        ['branch', 'draft'],
      ] as const) {
        const branch = await versions.createBranch(`draft ${side}`);
        await branch.update({ name: 'draft' });
        await run(`update app.things set name = 'main'`);
        await branch.merge({ name: side });
        expect(await row()).toMatchObject({ name: expected });
        await run(`update app.things set name = 'two'`);
      }
    });

    test('are refused for what is no field, closed or not there', async () => {
      const branch = await versions.createBranch('draft');
      for (const field of ['tenant_id', 'id', 'revision', 'nope', `name = 'x'; --`]) {
        await expect(branch.update({ [field]: 1 }), field).rejects.toMatchObject({
          code: 'AQF_FIELD_UNKNOWN',
        });
      }
      await expect(versions.createBranch('draft')).rejects.toMatchObject({ code: 'AQF_BRANCH_EXISTS' });
      await branch.abandon();
      await expect(branch.update({ name: 'x' })).rejects.toMatchObject({ code: 'AQF_BRANCH_CLOSED' });
      await expect(branch.merge()).rejects.toMatchObject({ code: 'AQF_BRANCH_CLOSED' });
      await expect(versions.branch('other').read()).rejects.toMatchObject({ code: 'AQF_BRANCH_NOT_FOUND' });
    });

    test('written at once are numbered one after the other', async () => {
      const branch = await versions.createBranch('draft');
      await Promise.all(Array.from({ length: 8 }, (_, index) => branch.update({ note: `n${index}` })));
      expect((await branch.revisions()).map(({ number }) => number)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    });
  });
});
