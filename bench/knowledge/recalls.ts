import { type Measurement, relative } from '../harness/measurement.js';
import { median } from '../harness/statistics.js';
import { recallOf } from './cases.js';
import type { Where } from './contestants/contestant.js';
import type { Field } from './field.js';
import { EVERYTHING, FILTERS, filterGroup, regrouped, tenantGroup, tenantsOf } from './groups.js';
import type { Actor } from './stage.js';

const EFFORT = { ef: 100, iterative: 'off' } as const;
const CALLERS = 2;
/** Exact scans are slow. */
const SCANS = 200;

/** What this library finds of what an exact search finds, all questions in every group. */
export async function measureRecalls(field: Field): Promise<Measurement[]> {
  const actor = await field.ready('aquifer');
  const recall = (group: string, where: Where) => recallIn(field, actor, group, where);
  const measurements = [exact('recall_unfiltered', await recall(EVERYTHING.name, {}))];
  for (const [metric, filter] of Object.entries(FILTERS)) {
    measurements.push(exact(metric, await recall(filterGroup(filter).name, { filter })));
  }
  const ofTenants: number[] = [];
  for (const tenant of tenantsOf(field.knowledge)) {
    ofTenants.push(await recall(tenantGroup(tenant).name, { tenant }));
  }
  measurements.push(exact('recall_worst_tenant', Math.min(...ofTenants)));
  for (const { name, rows } of regrouped(field.knowledge)) {
    const metric = `recall_${name.replaceAll('-', '_')}`;
    measurements.push(exact(metric, await recall(name, { tenant: name }), ` among ${rows} rows`));
  }
  return [...measurements, await againstScan(field, actor)];
}

function exact(metric: string, value: number, detail = ''): Measurement {
  return relative(metric, value, 'share', `exact ten nearest${detail}, all questions`);
}

async function recallIn(field: Field, actor: Actor, group: string, where: Where): Promise<number> {
  field.context.progress(`recall in ${group}`);
  const asks = field.knowledge.questions.map((_, question) => ({ question, where, group }));
  const { found, times } = await actor.search({ asks, effort: EFFORT, callers: CALLERS, warmUp: 20 });
  const recall = recallOf(field.truth, asks, found);
  field.context.note(`recall in ${group}: ${recall.toFixed(4)}, median ${median(times).toFixed(1)} ms`);
  return recall;
}

/** The largest tenant by turns with an exact scan of its rows. */
async function againstScan(field: Field, actor: Actor): Promise<Measurement> {
  const scanner = await field.ready('handwritten');
  field.context.progress('the largest tenant against its exact scan');
  const tenant = tenantsOf(field.knowledge)[0] as string;
  const stretch = 20;
  const ratios: number[] = [];
  for (let from = 0; from < SCANS; from += stretch) {
    const asks = Array.from({ length: stretch }, (_, place) => ({
      question: from + place,
      where: { tenant },
    }));
    const searched = await actor.search({ asks, effort: EFFORT, callers: 1, warmUp: 5 });
    const scanned = await scanner.search({
      asks,
      effort: { ef: 10, iterative: 'exact' },
      callers: 1,
      warmUp: 5,
    });
    ratios.push(scanned.ms / searched.ms);
  }
  const reference = `exact scan of halfvec rows of ${tenant}, by hand`;
  return relative('tenant_search_vs_exact_scan', median(ratios), 'ratio', reference);
}
