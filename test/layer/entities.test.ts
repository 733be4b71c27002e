import { text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { localKeyFile } from '../../src/encryption/index.js';
import { entity } from '../../src/entities/index.js';
import type { ChangeEvent } from '../../src/events/index.js';
import { createDataLayer, type DataLayer } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const people = entity('people', {
  schema: 'crm',
  columns: { name: text().notNull(), ssn: text() },
  traits: {
    softDelete: { retention: '30 days' },
    audited: true,
    versioned: true,
    events: true,
    timestamps: true,
    encrypted: { columns: ['ssn'], blindIndex: ['ssn'] },
  },
});
const notes = entity('notes', {
  schema: 'crm',
  columns: { personId: text('person_id').notNull().$type<string>(), body: text().notNull() },
  traits: { events: true },
});

let folder: string;
let database: TestDatabase | undefined;
beforeAll(() => {
  folder = makeTempDir();
});
afterAll(async () => {
  await database?.drop();
  await removeTempDir(folder);
});

const onServer = async () => {
  database = await createTestDatabase();
  const keys = await localKeyFile({ path: `${folder}/server.key`, missing: 'create' });
  const overrides = { relational: { url: database.url }, entities: [people, notes], keys };
  return createDataLayer(overrides, { env: {}, file: false });
};

describe.each([
  ['embedded', () => openLayer(`${folder}/data`, { entities: [people, notes] }), true],
  ['postgres', onServer, await serviceAvailable('postgres')],
] as const)('a layer with entities (%s)', (_, open, available) => {
  if (!available) return void test.skip('PostgreSQL is not running', () => undefined);
  let layer: DataLayer;
  beforeAll(async () => {
    layer = await open();
  });
  afterAll(() => layer.close());
  const scopeOf = (tenantId: string) =>
    layer.scope({ tenantId, actorId: `${tenantId}-user`, request: { requestId: 'r-1', ip: '192.0.2.1' } });

  test('does for one write everything that its traits say', async () => {
    const told: ChangeEvent[] = [];
    await layer.events.subscribe({ name: 'test', handle: async (events) => void told.push(...events) });
    const scope = scopeOf('acme');
    const repository = scope.repository(people);
    const ann = await repository.create({ name: 'Ann', ssn: '123-45-6789' });
    const renamed = await repository.update(ann.id, { name: 'Anna' }, { revision: ann.revision });

    expect(renamed).toMatchObject({ name: 'Anna', ssn: '123-45-6789', revision: 2, updatedBy: 'acme-user' });
    expect(await repository.findOne({ where: { ssn: '123-45-6789' } })).toMatchObject({ id: ann.id });
    const stored = await scope.query('select ssn from crm.people');
    expect(String(stored.rows[0]?.ssn)).toMatch(/^aqe1\./);

    const [update] = await scope.audit.list({ entity: 'people' });
    expect(update).toMatchObject({
      action: 'people.update',
      before: { name: 'Ann' },
      row: { ssn: '[encrypted]' },
      actorId: 'acme-user',
      requestId: 'r-1',
      ip: '192.0.2.1',
    });
    expect((await scope.audit.verify()).intact).toBe(true);

    const versions = scope.versions(people, ann.id);
    expect(await versions.diff(1, 2)).toEqual([{ field: 'name', from: 'Ann', to: 'Anna' }]);
    await versions.revert(1);
    expect(await repository.findById(ann.id)).toMatchObject({ name: 'Ann', ssn: '123-45-6789', revision: 3 });

    await vi.waitFor(() => expect(told).toHaveLength(3), { timeout: 10_000 });
    expect(told.map(({ operation, revision }) => [operation, revision])).toEqual([
      ['insert', 1],
      ['update', 2],
      ['update', 3],
    ]);
  });

  test('keeps tenants apart', async () => {
    const acme = scopeOf('acme').repository(people);
    const rival = scopeOf('rival').repository(people);
    const [theirs] = await acme.findMany().then(({ rows }) => rows);
    expect(await rival.findById(theirs?.id ?? '')).toBeUndefined();
    expect(await rival.count()).toBe(0);
    await expect(rival.update(theirs?.id ?? '', { name: 'x' })).rejects.toMatchObject({
      code: 'AQF_ROW_NOT_FOUND',
    });
    expect(await scopeOf('rival').audit.list()).toEqual([]);
    expect(
      await scopeOf('rival')
        .versions(people, theirs?.id ?? '')
        .list(),
    ).toEqual([]);
  });

  test('lets no raw SQL end its transaction, change its role or outlive it', async () => {
    const scope = scopeOf('acme');
    for (const sql of [
      'commit',
      ' /* x */ COMMIT; ',
      'rollback',
      'begin',
      'reset role',
      'set role none',
      'listen x',
    ]) {
      await expect(scope.query(sql), sql).rejects.toMatchObject({ code: 'AQF_NOT_SUPPORTED' });
      await expect(scope.queryRaw({ text: sql }), sql).rejects.toMatchObject({ code: 'AQF_NOT_SUPPORTED' });
      const within = scope.transaction((session) => session.query(sql));
      await expect(within, sql).rejects.toMatchObject({ code: 'AQF_NOT_SUPPORTED' });
    }
  });

  test('crosses tenants for a reason, which the audit keeps', async () => {
    await scopeOf('rival').repository(people).create({ name: 'Bob' });
    const system = layer.system('monthly report');
    const { rows } = await system.query('select tenant_id from crm.people order by tenant_id');
    expect(rows).toEqual([{ tenant_id: 'acme' }, { tenant_id: 'rival' }]);
    const kept = await system.query(
      `select actor_id from aquifer.changes where tenant_id = '*' order by id limit 1`,
    );
    expect(kept.rows).toEqual([{ actor_id: 'system: monthly report' }]);
    expect(() => layer.system(' ')).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
  });

  test('purges, prunes and seals in one round of maintenance', async () => {
    const scope = scopeOf('tidy');
    const { id } = await scope.repository(people).create({ name: 'Old' });
    await scope.repository(people).delete(id);
    await layer
      .system('make it old')
      .query(`update crm.people set deleted_at = now() - interval '31 days' where id = $1`, [id]);
    await scope.repository(notes).create({ personId: id, body: 'x' });
    const report = await layer.maintain();
    expect(report).toMatchObject({ purged: 1, problems: [] });
    expect(report?.sealed).toBeGreaterThan(0);
    expect(await scope.repository(people).findMany({ includeDeleted: true })).toMatchObject({ rows: [] });
  });

  test('loses what was encrypted when the key of its tenant is destroyed, and nobody else does', async () => {
    const [gone, kept] = [scopeOf('gone').repository(people), scopeOf('acme').repository(people)];
    const secret = await gone.create({ name: 'Secret', ssn: '1' });
    const other = await kept.create({ name: 'Other', ssn: '2' });
    expect(await layer.keys.destroy('gone')).toBeGreaterThan(0);
    await expect(gone.findById(secret.id)).rejects.toMatchObject({ code: 'AQF_KEY_DESTROYED' });
    expect(await kept.findById(other.id)).toMatchObject({ ssn: '2' });
  });
});
