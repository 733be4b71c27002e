import { Counter, Gauge, type Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.js';
import type { KnowledgeSource } from './knowledge-figures.js';
import type { KnowledgeMetric, Sample } from './knowledge-metric.js';
import { KNOWLEDGE_METRICS } from './knowledge-metrics.js';
import { occasionally } from './occasionally.js';

export interface KnowledgeOptions {
  /** How often the database is asked at most, milliseconds: several Prometheus may scrape one server. @default 10000 */
  readonly everyMs?: number;
}

/** Puts the metrics of a data layer's knowledge into a registry; figures are taken when they are asked for. */
export function registerKnowledge(
  registry: Registry,
  source: KnowledgeSource,
  { everyMs = 10_000 }: KnowledgeOptions = {},
): void {
  const asked: KnowledgeSource = {
    searches: () => source.searches(),
    usage: () => source.usage(),
    indexBuilds: () => source.indexBuilds(),
    vectors: occasionally(() => source.vectors(), everyMs),
    backlog: occasionally(() => source.backlog(), everyMs),
    recall: occasionally(() => source.recall(), everyMs),
  };
  for (const metric of KNOWLEDGE_METRICS) register(registry, metric, asked);
  new DurationHistogram({
    name: 'aquifer_search_duration_seconds',
    help: 'How long searches took: as a whole, embedding the question, and by phase within the database.',
    label: 'phase',
    registry,
    durations: () => source.searches().durations,
  });
}

function register(registry: Registry, metric: KnowledgeMetric, source: KnowledgeSource): void {
  const { name, help, labels, kind } = metric;
  const configuration = { name, help, labelNames: labels, registers: [registry] };
  if (kind === 'counter') {
    new Counter({
      ...configuration,
      async collect() {
        const taken = await samplesOf(metric, source);
        this.reset();
        for (const [with_, value] of taken) this.inc(with_, value);
      },
    });
    return;
  }
  new Gauge({
    ...configuration,
    async collect() {
      const taken = await samplesOf(metric, source);
      this.reset();
      for (const [with_, value] of taken) this.set(with_, value);
    },
  });
}

/** While the database does not answer, what it would say is left out, and what this process knows is told. */
async function samplesOf(metric: KnowledgeMetric, source: KnowledgeSource): Promise<readonly Sample[]> {
  try {
    return await metric.samples(source);
  } catch {
    return [];
  }
}
