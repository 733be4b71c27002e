import { randomUUID } from 'node:crypto';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentScope, runInScope, scopedPgDriver } from '../../src/guests/pg/index.js';
import type { Scope } from '../../src/layer/index.js';
import { describeOnEachLayer, type OpenedLayer } from './layers.js';

const TASKS_SQL = `
  create table tasks (id uuid primary key, tenant_id text not null, title text not null unique, deleted_at timestamptz);
  select aquifer.adopt('tasks', keys => 'unique', soft_delete => true);`;

interface Task {
  id: string;
  title: string;
  deletedAt: Date | null;
}

const tasks = new EntitySchema<Task>({
  name: 'Task',
  tableName: 'tasks',
  columns: {
    id: { type: 'uuid', primary: true },
    title: { type: 'text' },
    deletedAt: { name: 'deleted_at', type: 'timestamptz', nullable: true, deleteDate: true },
  },
});

await describeOnEachLayer('TypeORM in a scope', (open) => {
  let opened: OpenedLayer;
  let acme: Scope;
  let rival: Scope;
  let source: DataSource;
  beforeAll(async () => {
    opened = await open(TASKS_SQL);
    acme = opened.layer.scope({ tenantId: 'acme' });
    rival = opened.layer.scope({ tenantId: 'rival' });
    source = new DataSource({ type: 'postgres', driver: scopedPgDriver(currentScope), entities: [tasks] });
    await runInScope(acme, () => source.initialize());
  });
  afterAll(async () => {
    await source?.destroy();
    await opened?.dispose();
  });

  const repository = () => source.getRepository(tasks);
  const add = async (title: string) => {
    const id = randomUUID();
    await repository().insert({ id, title });
    return id;
  };

  test('keeps the requests of two tenants apart, however they interleave', async () => {
    const work = async (scope: Scope) =>
      runInScope(scope, async () => {
        await Promise.all([1, 2, 3].map((n) => add(`${n}`)));
        return repository().count();
      });
    expect(await Promise.all([work(acme), work(rival)])).toEqual([3, 3]);
  });

  test('is refused outside of a scope', async () => {
    await expect(repository().count()).rejects.toMatchObject({ driverError: { code: 'AQF_SCOPE_MISSING' } });
  });

  test('nests transactions', async () => {
    await runInScope(acme, () =>
      source.transaction('SERIALIZABLE', async (outer) => {
        await outer.insert(tasks, { id: randomUUID(), title: 'outer' });
        await outer
          .transaction(async (inner) => {
            await inner.insert(tasks, { id: randomUUID(), title: 'inner' });
            throw new Error('no');
          })
          .catch(() => undefined);
        const [{ transaction_isolation: level }] = await outer.query('show transaction_isolation');
        expect(level).toBe('serializable');
      }),
    );
    expect(await runInScope(acme, () => repository().existsBy({ title: 'outer' }))).toBe(true);
    expect(await runInScope(acme, () => repository().existsBy({ title: 'inner' }))).toBe(false);
  });

  test('gives the SQLSTATE of a failure', async () => {
    const twice = runInScope(acme, async () => {
      await add('twice');
      await add('twice');
    });
    await expect(twice).rejects.toMatchObject({ name: 'QueryFailedError', driverError: { code: '23505' } });
  });

  test('marks a row that is deleted, and says that none was affected', async () => {
    await runInScope(acme, async () => {
      const id = await add('to go');
      expect(await repository().delete({ id })).toMatchObject({ affected: 0 });
      expect(await repository().existsBy({ id })).toBe(false);
    });
  });

  test('cannot hide a row with an UPDATE of its own', async () => {
    await runInScope(acme, async () => {
      const id = await add('soft');
      await expect(repository().softDelete({ id })).rejects.toMatchObject({ driverError: { code: '42501' } });
      expect(await repository().existsBy({ id })).toBe(true);
    });
  });
});
