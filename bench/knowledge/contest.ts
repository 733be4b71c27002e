import { type Measurement, measured, relative } from '../harness/measurement.js';
import { mean, median } from '../harness/statistics.js';
import { type Calibrated, calibrate, TARGET } from './calibrate.js';
import { type Case, recallOf, searchCases } from './cases.js';
import type { Effort } from './contestants/contestant.js';
import { type ContestantName, PEERS } from './contestants/index.js';
import type { Field } from './field.js';
import type { Actor } from './stage.js';

const CALLERS = [1, 4] as const;
/** Searches of a stretch at most; fewer of slow contestants, whose stretches would take too long. */
const SEARCHES = 100;
const STRETCH_MS = 1500;
const LEAST_SEARCHES = 20;

/** What a peer's users can set. Mastra sets it by itself, but has two ways to search in a tenant. */
const MODES: Readonly<Record<ContestantName, readonly Effort['iterative'][]>> = {
  aquifer: ['off'],
  copy: [],
  handwritten: ['relaxed_order', 'off'],
  langchain: ['exact', 'relaxed_order', 'off'],
  llamaindex: ['exact', 'relaxed_order', 'off'],
  mastra: ['exact', 'strict_order'],
};

/** Ingest and searches of all, each at the least effort that reaches the recall, by turns in short stretches. */
export async function measureContest(field: Field, rounds: number): Promise<Measurement[]> {
  const names: ContestantName[] = ['aquifer', ...PEERS, 'handwritten'];
  const measurements = await measureIngest(field, [...names, 'copy']);
  await field.leave('copy');
  const actors: Actor[] = [];
  for (const name of names) actors.push(await field.ready(name));
  const results: CaseResult[] = [];
  for (const each of searchCases(field.knowledge)) {
    const runners = await calibrated(field, actors, each);
    for (const callers of CALLERS) results.push(await compare(field, each, runners, callers, rounds));
  }
  return [...measurements, ...results.flatMap(perCase), ...overall(results)];
}

async function measureIngest(field: Field, names: readonly ContestantName[]): Promise<Measurement[]> {
  const rows = field.knowledge.passages.length;
  const rates = new Map<ContestantName, { load: number; whole: number }>();
  for (const name of names) {
    const { loadMs, indexMs } = (await field.loaded(name)).ingest;
    rates.set(name, { load: (rows / loadMs) * 1000, whole: (rows / (loadMs + indexMs)) * 1000 });
  }
  const rate = (name: ContestantName) => rates.get(name) ?? { load: Number.NaN, whole: Number.NaN };
  const best = (kind: 'load' | 'whole') =>
    [...PEERS].sort((a, b) => rate(b)[kind] - rate(a)[kind])[0] as ContestantName;
  const own = rate('aquifer');
  const peer = { load: best('load'), whole: best('whole') };
  return [
    measured('ingest_rows_per_s', own.whole, 'rows/s', {
      name: `${peer.whole}, index included`,
      value: rate(peer.whole).whole,
    }),
    relative(
      'ingest_with_index_vs_best_peer',
      own.whole / rate(peer.whole).whole,
      'ratio',
      `${peer.whole}, index included`,
    ),
    relative(
      'ingest_vs_best_peer',
      own.load / rate(peer.load).load,
      'ratio',
      `${peer.load}, before its index`,
    ),
    relative('ingest_vs_copy', own.load / rate('copy').load, 'ratio', COPY),
    relative('ingest_with_index_vs_copy', own.whole / rate('copy').whole, 'ratio', `${COPY}, then the index`),
  ];
}

const COPY = 'COPY BINARY into the same tables with their keys and triggers';

interface Runner {
  readonly actor: Actor;
  readonly calibrated: Calibrated;
  readonly qps: number[];
  readonly recalls: number[];
}

async function calibrated(field: Field, actors: readonly Actor[], each: Case): Promise<Runner[]> {
  const runners: Runner[] = [];
  for (const actor of actors) {
    field.context.progress(`${each.name}: the effort of ${actor.name}`);
    const found = await calibrate(actor, each, field.truth, MODES[actor.name]);
    runners.push({ actor, calibrated: found, qps: [], recalls: [] });
  }
  return runners;
}

interface CaseResult {
  readonly name: string;
  readonly runners: readonly Runner[];
  readonly rounds: number;
}

async function compare(
  field: Field,
  each: Case,
  prepared: readonly Runner[],
  callers: number,
  rounds: number,
): Promise<CaseResult> {
  field.context.progress(`${each.name}, ${callers} callers`);
  const runners = prepared.map(
    ({ actor, calibrated }) => ({ actor, calibrated, qps: [], recalls: [] }) as Runner,
  );
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < runners.length; place++) {
      await runStretch(field, each, runners[(place + round) % runners.length] as Runner, callers, round);
    }
  }
  const name = `${each.name}_${callers}`;
  for (const { actor, calibrated, qps, recalls } of runners) {
    const effort =
      actor.name === 'aquifer' ? '' : `, ef ${calibrated.effort.ef} ${calibrated.effort.iterative}`;
    field.context.note(
      `${name}: ${actor.name} ${median(qps).toFixed(0)} searches/s, recall ${mean(recalls).toFixed(4)}${effort}`,
    );
  }
  return { name, runners, rounds };
}

async function runStretch(
  field: Field,
  each: Case,
  runner: Runner,
  callers: number,
  round: number,
): Promise<void> {
  const { actor, calibrated, qps, recalls } = runner;
  const affordable = Math.round((STRETCH_MS * callers) / calibrated.meanMs);
  const count = Math.max(LEAST_SEARCHES, Math.min(SEARCHES * callers, affordable));
  const asks = Array.from(
    { length: count },
    (_, index) => each.asks[(round * SEARCHES + index) % each.asks.length] as Case['asks'][number],
  );
  const { ms, found } = await actor.search({
    asks,
    effort: calibrated.effort,
    callers,
    warmUp: LEAST_SEARCHES,
  });
  qps.push((asks.length / ms) * 1000);
  recalls.push(recallOf(field.truth, asks, found));
}

function perCase(result: CaseResult): Measurement[] {
  const own = runnerOf(result, 'aquifer');
  const peer = bestPeer(result);
  return [
    measured(`search_qps_${result.name}`, median(own.qps), 'searches/s', {
      name: peer.actor.name,
      value: median(peer.qps),
    }),
    relative(`search_qps_vs_best_peer_${result.name}`, speed(result, peer), 'ratio', describe(peer)),
    relative(
      `search_vs_handwritten_sql_${result.name}`,
      speed(result, runnerOf(result, 'handwritten')),
      'ratio',
      describe(runnerOf(result, 'handwritten')),
    ),
  ];
}

/** The worst of the cases is what is promised. */
function overall(results: readonly CaseResult[]): Measurement[] {
  const worst = (speedOf: (result: CaseResult) => number) =>
    results
      .map((result) => ({ name: result.name, value: speedOf(result) }))
      .sort((a, b) => a.value - b.value)[0] as {
      name: string;
      value: number;
    };
  const peers = worst((result) => speed(result, bestPeer(result)));
  const hand = worst((result) => speed(result, runnerOf(result, 'handwritten')));
  return [
    relative('search_qps_vs_best_peer', peers.value, 'ratio', `the worst of the cases: ${peers.name}`),
    relative('search_vs_handwritten_sql', hand.value, 'ratio', `the worst of the cases: ${hand.name}`),
  ];
}

function runnerOf({ runners }: CaseResult, name: ContestantName): Runner {
  return runners.find(({ actor }) => actor.name === name) as Runner;
}

/** The fastest of those that reach the recall, or of all where none does. */
function bestPeer({ runners }: CaseResult): Runner {
  const peers = runners.filter(({ actor }) => (PEERS as readonly string[]).includes(actor.name));
  const reaching = peers.filter(({ calibrated }) => calibrated.recall >= TARGET);
  const able = reaching.length > 0 ? reaching : peers;
  return [...able].sort((a, b) => median(b.qps) - median(a.qps))[0] as Runner;
}

/** How many times as many searches a second, judged round by round. */
function speed(result: CaseResult, other: Runner): number {
  const own = runnerOf(result, 'aquifer').qps;
  return median(own.map((qps, round) => qps / (other.qps[round] as number)));
}

function describe({ actor, recalls }: Runner): string {
  return `${actor.name} at recall ${mean(recalls).toFixed(4)}`;
}
