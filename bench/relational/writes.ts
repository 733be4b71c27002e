import type pg from 'pg';
import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import { benchEncryption } from './encryption.js';
import { type OpenLayer, withLayer } from './layer.js';
import { withClient } from './server.js';
import { deleteOne, ENTER, insertMany, insertOne, type TaskTable, TENANT, updateOne } from './statements.js';
import { BARE_TABLE, makeTasks, TASKS, type TaskValues } from './tasks.js';
import { inTurns, type Ratio, type Subjects, spread, type Turns } from './turns.js';

const TABLES: readonly TaskTable[] = [
  'bare',
  'tenant',
  'softDelete',
  'timestamps',
  'searchable',
  'events',
  'audited',
  'versioned',
  'all',
];
/** Rows that a stretch of single-row statements writes. */
const SINGLES = 20;
const BULK = 10_000;

export interface WriteRounds {
  readonly single: number;
  readonly bulk: number;
}

/** What the traits of a table cost each kind of write, over the same table without policies and triggers. */
export async function measureWrites(
  url: string,
  folder: string,
  rounds: WriteRounds,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  const encryption = await benchEncryption(folder);
  return withLayer({ url, entities: Object.values(TASKS), encryption }, (open) =>
    withClient({ connectionString: url, pipeline: true }, async (client) => {
      await prepareBareTable(client);
      context.progress('single-row writes');
      const single = await measureSingle(client, open, rounds.single);
      context.progress(`inserts of ${BULK} rows`);
      return [...single, ...(await measureBulk(client, open, rounds.bulk))];
    }),
  );
}

async function prepareBareTable(client: pg.Client): Promise<void> {
  await client.query(BARE_TABLE);
  await client.query('grant select, insert, update, delete on public.tasks_bare to aquifer_app');
}

async function measureSingle(client: pg.Client, open: OpenLayer, rounds: number): Promise<Measurement[]> {
  const byTable = Object.fromEntries(TABLES.map((table) => [table, () => insertSingles(client, table)]));
  const inserts = await inTurns<TaskTable | Creation>(
    {
      ...(byTable as Subjects<TaskTable>),
      create: () => createSingles(open, 'all'),
      createEncrypted: () => createSingles(open, 'allEncrypted'),
      createTenant: () => createSingles(open, 'tenant'),
    },
    { rounds },
  );
  const changes = await measureChanges(client, rounds);
  return [
    rate('insert_bare_per_s', inserts, 'bare'),
    ...TABLES.filter((table) => table !== 'bare' && table !== 'all').map((table) =>
      cost(`insert_${snake(table)}_cost`, inserts.ratio(table, 'bare'), 'the same insert into a bare table'),
    ),
    cost('insert_all_traits_cost', inserts.ratio('all', 'bare'), 'the same insert into a bare table'),
    cost(
      'insert_all_traits_encrypted_cost',
      inserts.ratio('createEncrypted', 'bare'),
      'repository.create, encrypted in the client, against the bare insert of pg',
    ),
    cost(
      'create_all_traits_cost',
      inserts.ratio('create', 'bare'),
      'repository.create against the bare insert of pg',
    ),
    cost(
      'create_all_traits_vs_tenant',
      inserts.ratio('create', 'createTenant'),
      'repository.create of an entity without further traits',
    ),
    ...changes,
  ];
}

async function measureChanges(client: pg.Client, rounds: number): Promise<Measurement[]> {
  const tasks: Record<'bare' | 'all', TaskValues[]> = { bare: [], all: [] };
  for (const table of ['bare', 'all'] as const) {
    tasks[table] = makeTasks(SINGLES * (rounds + 2));
    await inScope(client, [insertMany(table, tasks[table])]);
  }
  const updates = await inTurns(
    {
      bare: () =>
        changeSingles(client, tasks.bare.slice(0, SINGLES), ({ id }, n) => updateOne('bare', id, n)),
      all: () => changeSingles(client, tasks.all.slice(0, SINGLES), ({ id }, n) => updateOne('all', id, n)),
    },
    { rounds },
  );
  const removals = await inTurns(
    {
      bare: () => changeSingles(client, tasks.bare.splice(0, SINGLES), ({ id }) => deleteOne('bare', id)),
      all: () => changeSingles(client, tasks.all.splice(0, SINGLES), ({ id }) => deleteOne('all', id)),
    },
    { rounds },
  );
  return [
    cost('update_all_traits_cost', updates.ratio('all', 'bare'), 'the same update of a bare table'),
    cost('delete_all_traits_cost', removals.ratio('all', 'bare'), 'the same delete from a bare table'),
  ];
}

async function measureBulk(client: pg.Client, open: OpenLayer, rounds: number): Promise<Measurement[]> {
  const statements = { bare: insertBulk('bare'), all: insertBulk('all') };
  const turns = await inTurns(
    {
      ...statements,
      createMany: () => createBulk(open, 'all'),
      createManyTenant: () => createBulk(open, 'tenant'),
    },
    { rounds, warmUp: 1 },
  );
  await client.query('drop index public.all_project');
  await client.query('drop index public.tasks_bare_tenant_id_project_id_idx');
  const keyOnly = await inTurns(statements, { rounds, warmUp: 1 });
  return [
    rate('bulk_insert_bare_rows_per_s', turns, 'bare', BULK),
    cost(
      'bulk_insert_all_traits_cost',
      turns.ratio('all', 'bare'),
      `${BULK} rows by one statement into a bare table`,
    ),
    cost(
      'bulk_insert_all_traits_key_only_cost',
      keyOnly.ratio('all', 'bare'),
      'the same where the table has no index but its primary key',
    ),
    cost(
      'create_many_all_traits_cost',
      turns.ratio('createMany', 'bare'),
      `repository.createMany against one statement of pg, ${BULK} rows`,
    ),
    cost(
      'create_many_all_traits_vs_tenant',
      turns.ratio('createMany', 'createManyTenant'),
      'repository.createMany of an entity without further traits',
    ),
  ];

  function insertBulk(table: TaskTable) {
    return async () => {
      const statement = insertMany(table, makeTasks(BULK));
      await inScope(client, [statement]);
    };
  }
}

/** One transaction in one round trip: what a scope sends. */
async function inScope(client: pg.Client, statements: readonly pg.QueryConfig[]): Promise<void> {
  await Promise.all([
    client.query('begin'),
    client.query(ENTER),
    ...statements.map((statement) => client.query(statement)),
    client.query('commit'),
  ]);
}

async function insertSingles(client: pg.Client, table: TaskTable): Promise<void> {
  for (const task of makeTasks(SINGLES)) await inScope(client, [insertOne(table, task)]);
}

async function changeSingles(
  client: pg.Client,
  tasks: readonly TaskValues[],
  change: (task: TaskValues, number: number) => pg.QueryConfig,
): Promise<void> {
  for (const [number, task] of tasks.entries()) await inScope(client, [change(task, number)]);
}

/** Rows written through a repository. */
type Creation = 'create' | 'createEncrypted' | 'createTenant';
type Created = 'all' | 'allEncrypted' | 'tenant';

async function createSingles({ layer }: OpenLayer, name: Created): Promise<void> {
  const repository = layer
    .scope({ tenantId: TENANT, actorId: 'ann', roles: ['editor'] })
    .repository(TASKS[name]);
  for (const task of makeTasks(SINGLES)) await repository.create(task);
}

async function createBulk({ layer }: OpenLayer, name: Created): Promise<void> {
  const repository = layer
    .scope({ tenantId: TENANT, actorId: 'ann', roles: ['editor'] })
    .repository(TASKS[name]);
  await repository.createMany(makeTasks(BULK));
}

function cost(metric: string, ratio: Ratio, reference: string): Measurement {
  return relative(metric, ratio.median, 'ratio', `${reference}; half of the rounds ${spread(ratio)}`);
}

function rate<Name extends string>(
  metric: string,
  turns: Turns<Name>,
  name: Name,
  rows = SINGLES,
): Measurement {
  return measured(metric, (rows * 1000) / turns.ms(name), 'rows/s');
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
