import type { CacheStats, GuardFigures } from '../cache/index.js';
import type { CacheMetric } from './cache-figures.js';

type Lane = GuardFigures['reads'];

const LANES = { read: 'reads', write: 'writes', invalidate: 'invalidations' } as const;

/** A metric with a value for each kind of call to the shared store. */
function ofLanes(
  kind: CacheMetric['kind'],
  name: string,
  help: string,
  value: (lane: Lane) => number,
): CacheMetric {
  return {
    name: `store_${name}`,
    help,
    kind,
    labels: ['store', 'call'],
    values: (stats) => lanesOf(stats).map(({ store, call, lane }) => [{ store, call }, value(lane)]),
  };
}

function lanesOf({ store }: CacheStats) {
  if (!store) return [];
  return Object.entries(LANES).map(([call, lane]) => ({ store: store.kind, call, lane: store[lane] }));
}

const LATENCY: CacheMetric = {
  name: 'store_latency_seconds',
  help: 'Time to an answer of the shared store, since the cache was opened.',
  kind: 'gauge',
  labels: ['store', 'call', 'quantile'],
  values: (stats) =>
    lanesOf(stats).flatMap(({ store, call, lane: { latency } }) => [
      [{ store, call, quantile: '0.5' }, latency.p50 / 1000],
      [{ store, call, quantile: '0.99' }, latency.p99 / 1000],
      [{ store, call, quantile: '1' }, latency.max / 1000],
    ]),
};

const COALESCED: CacheMetric = {
  name: 'store_coalesced_total',
  help: 'Reads that went to the shared store along with another.',
  kind: 'counter',
  labels: ['store'],
  values: ({ store }) => (store ? [[{ store: store.kind }, store.coalesced]] : []),
};

const STATES: Readonly<Record<GuardFigures['state'], number>> = { closed: 0, 'half-open': 1, open: 2 };

const BREAKER: CacheMetric = {
  name: 'breaker_state',
  help: 'Whether the shared store is used: 0 closed (used), 1 half-open (probed), 2 open (left alone).',
  kind: 'gauge',
  labels: ['store', 'call'],
  values: ({ store }) =>
    store
      ? [
          [{ store: store.kind, call: 'read' }, STATES[store.state]],
          [{ store: store.kind, call: 'write' }, STATES[store.writeState]],
        ]
      : [],
};

/** What caches with a shared store tell besides. */
export const STORE_FIGURES: readonly CacheMetric[] = [
  ofLanes('counter', 'calls_total', 'Calls sent to the shared store.', (lane) => lane.calls),
  ofLanes(
    'counter',
    'failures_total',
    'Of them answered with an error, or not in time.',
    (lane) => lane.failures,
  ),
  ofLanes('counter', 'timeouts_total', 'Of them not answered in time.', (lane) => lane.timeouts),
  ofLanes('counter', 'rejected_total', 'Calls not sent: the store is left alone.', (lane) => lane.rejected),
  ofLanes('gauge', 'deadline_seconds', 'How long a call may take at this moment.', (lane) => {
    return lane.deadlineMs / 1000;
  }),
  LATENCY,
  ofLanes('counter', 'latency_seconds_sum', 'Time to all answers.', (lane) => lane.latency.sum / 1000),
  ofLanes('counter', 'latency_seconds_count', 'Answers.', (lane) => lane.latency.count),
  COALESCED,
  BREAKER,
];
