import type { BenchmarkContext } from '../harness/benchmark.js';
import { type Measurement, measured, relative } from '../harness/measurement.js';
import type { OpenLayer } from './layer.js';
import { withLayer } from './layer.js';
import { openPrisma, type TenantReads } from './prisma.js';
import { withClient } from './server.js';
import { TASKS } from './tasks.js';
import { concurrently, inTurns, type Ratio, spread, type Turns } from './turns.js';

const TENANTS = 100;
const ROWS = 100_000;
/** Reads of a stretch, by how many callers there are: few, so that a busy moment spoils few rounds. */
const READS: ReadonlyMap<number, number> = new Map([
  [1, 400],
  [8, 1600],
  [64, 3200],
]);
/** Stretches of reads are short, so there are more of them than of writes. */
const ROUNDS_FOLD = 2;
/** Of the ratios to Prisma, the one that has the goal. */
const PRISMA_CALLERS = 8;

/** A row to be read: whose, and which. */
interface Place {
  readonly tenantId: string;
  readonly id: string;
}

/** Point reads through a scope, against the same row by a bare statement and by Prisma. */
export async function measureReads(
  url: string,
  rounds: number,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  return withLayer({ url, entities: [TASKS.timestamps] }, async (open) => {
    context.progress(`${ROWS} rows of ${TENANTS} tenants`);
    const places = await fill(url);
    const prisma = await openPrisma(url, context);
    try {
      return await readByTurns({ open, url, places, prisma }, rounds, context);
    } finally {
      await prisma?.close();
    }
  });
}

interface Readers {
  readonly open: OpenLayer;
  readonly url: string;
  readonly places: readonly Place[];
  readonly prisma: TenantReads | undefined;
}

const BARE = {
  name: 'read',
  text: `select id, title, body, status, priority, project_id as "projectId", due_at as "dueAt",
           created_at as "createdAt", updated_at as "updatedAt", created_by as "createdBy", updated_by as "updatedBy"
         from public.tasks_timestamps where tenant_id = $1 and id = $2`,
};

async function readByTurns(
  readers: Readers,
  rounds: number,
  context: BenchmarkContext,
): Promise<Measurement[]> {
  const { open, url, places, prisma } = readers;
  const scopes = new Map(
    Array.from({ length: TENANTS }, (_, number) => [
      tenant(number),
      open.layer.scope({ tenantId: tenant(number) }),
    ]),
  );
  return withClient({ connectionString: url }, (bare) =>
    withClient({ connectionString: url, pipeline: true }, async (pipelined) => {
      const readScoped = ({ tenantId, id }: Place) =>
        scopes.get(tenantId)?.repository(TASKS.timestamps).findById(id);
      const readBare = ({ tenantId, id }: Place) => bare.query({ ...BARE, values: [tenantId, id] });
      const readPipelined = ({ tenantId, id }: Place) => pipelined.query({ ...BARE, values: [tenantId, id] });
      await assertFound(places, readScoped);
      const measurements: Measurement[] = [];
      for (const [callers, total] of READS) {
        context.progress(`point reads, ${callers} callers`);
        let from = 0;
        const stretch = (read: Read) => async () => {
          from += total;
          await concurrently(callers, total, async (index) =>
            read(places[(from + index) % places.length] as Place),
          );
        };
        const turns = await inTurns(
          {
            scoped: stretch(readScoped),
            bare: stretch(readBare),
            pipelined: stretch(readPipelined),
          },
          { rounds: rounds * ROUNDS_FOLD, warmUp: 5 },
        );
        measurements.push(...againstBare(turns, callers, total));
        if (!prisma) continue;
        const readPrisma: Read = ({ tenantId, id }) => prisma.read(tenantId, id);
        const slow = { scoped: stretch(readScoped), prisma: stretch(readPrisma) };
        measurements.push(againstPrisma(await inTurns(slow, { rounds }), callers));
      }
      return measurements;
    }),
  );
}

type Read = (place: Place) => Promise<unknown> | undefined;
type Reader = 'scoped' | 'bare' | 'pipelined';

function againstBare(turns: Turns<Reader>, callers: number, total: number): Measurement[] {
  const perSecond = (name: Reader) => (total * 1000) / turns.ms(name);
  const bare = { name: 'bare pg', value: perSecond('bare') };
  return [
    measured(`scoped_read_per_s_${callers}`, perSecond('scoped'), 'reads/s', bare),
    ratioTo(
      `scoped_read_vs_bare_${callers}`,
      turns.ratio('bare', 'scoped'),
      'the same named statement by pg, without a scope',
    ),
    ratioTo(
      `scoped_read_vs_bare_pipelined_${callers}`,
      turns.ratio('pipelined', 'scoped'),
      'the same by pg with its pipelining on',
    ),
  ];
}

function againstPrisma(turns: Turns<'scoped' | 'prisma'>, callers: number): Measurement {
  const metric = callers === PRISMA_CALLERS ? 'scoped_read_vs_prisma' : `scoped_read_vs_prisma_${callers}`;
  const reference = `Prisma client extension that sets the tenant in $transaction, ${callers} callers`;
  return ratioTo(metric, turns.ratio('prisma', 'scoped'), reference);
}

/** How many times as fast, which is how many times as long the reference took. */
function ratioTo(metric: string, ratio: Ratio, reference: string): Measurement {
  return relative(metric, ratio.median, 'ratio', `${reference}; half of the rounds ${spread(ratio)}`);
}

function tenant(number: number): string {
  return `tenant-${number}`;
}

/** @returns all rows there are, in an order without pattern */
async function fill(url: string): Promise<Place[]> {
  return withClient({ connectionString: url }, async (client) => {
    await client.query(
      `insert into public.tasks_timestamps (tenant_id, id, title, body, status, priority, project_id, due_at)
       select 'tenant-' || n % $1::integer, gen_random_uuid(), 'Task ' || n, repeat('The pump in hall three. ', 1 + n % 8),
              'open', n % 10, gen_random_uuid(), now() from generate_series(1, $2::integer) as n`,
      [TENANTS, ROWS],
    );
    await client.query('vacuum analyze public.tasks_timestamps');
    const { rows } = await client.query<Place>(
      'select tenant_id as "tenantId", id::text from public.tasks_timestamps order by md5(id::text)',
    );
    return rows;
  });
}

async function assertFound(places: readonly Place[], read: (place: Place) => Promise<unknown> | undefined) {
  const [place] = places;
  if (!place || (await read(place)) === undefined)
    throw new Error('The row that is to be read is not found.');
}
