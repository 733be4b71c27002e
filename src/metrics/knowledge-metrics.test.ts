import { expect, test } from 'vitest';
import { type MeteredSearch, SearchMeter } from '../search/index.js';
import { createMetrics, type KnowledgeSource } from './index.js';

const MODEL = 'builtin:use-lite-en';

function sourceOf(part: Partial<KnowledgeSource> = {}): KnowledgeSource {
  return {
    searches: () => new SearchMeter().figures(),
    usage: () => [],
    indexBuilds: () => ({ built: 0, failed: 0, seconds: 0, lastSeconds: undefined }),
    vectors: async () => [],
    backlog: async () => ({ documents: 0, tenants: 0, oldestMs: 0, dead: 0 }),
    recall: async () => [],
    ...part,
  };
}

async function told(source: KnowledgeSource): Promise<string> {
  const metrics = createMetrics();
  metrics.registerKnowledge(source);
  return metrics.metrics();
}

function collection(name: string, vectors: number) {
  return { collection: name, model: MODEL, vectors, bytes: 1088 * vectors, indexed: 0 };
}

test('durations are a histogram, by phase', async () => {
  const meter = new SearchMeter();
  const searched: MeteredSearch = { mode: 'hybrid', of: 'documents', totalMs: 30, phases: { lexical: 3 } };
  for (let time = 0; time < 4; time++) meter.note(searched);
  const text = await told(sourceOf({ searches: () => meter.figures() }));
  expect(text).toContain('aquifer_search_duration_seconds_bucket{le="0.025",phase="total"} 0');
  expect(text).toContain('aquifer_search_duration_seconds_bucket{le="0.05",phase="total"} 4');
  expect(text).toContain('aquifer_search_duration_seconds_bucket{le="+Inf",phase="total"} 4');
  expect(text).toContain('aquifer_search_duration_seconds_sum{phase="total"} 0.12');
  expect(text).toContain('aquifer_search_duration_seconds_bucket{le="0.005",phase="lexical"} 4');
  expect(text).toContain('aquifer_search_seconds{phase="lexical",quantile="0.99"} 0.003');
});

test('the same figures are read as JSON', async () => {
  const meter = new SearchMeter();
  meter.note({ mode: 'hybrid', of: 'documents', totalMs: 30, phases: {} });
  const metrics = createMetrics();
  metrics.registerKnowledge(sourceOf({ searches: () => meter.figures() }));
  const json = await metrics.registry.getMetricsAsJSON();
  const histogram = json.find(({ name }) => name === 'aquifer_search_duration_seconds');
  expect(histogram?.values).toContainEqual({
    metricName: 'aquifer_search_duration_seconds_count',
    labels: { phase: 'total' },
    value: 1,
  });
});

test('the largest collections are told by name, and all others as one', async () => {
  const vectors = async () => Array.from({ length: 60 }, (_, n) => collection(`c${n}`, n + 1));
  const text = await told(sourceOf({ vectors }));
  expect(text).toContain(`aquifer_vectors{collection="c59",model="${MODEL}"} 60`);
  expect(text).toContain(`aquifer_vectors{collection="(others)",model="${MODEL}"} 55`);
  expect(text).not.toContain('collection="c9"');
  expect(text.match(/^aquifer_vectors\{/gm)).toHaveLength(51);
});

test('recall is told by model: that of all spaces, weighed by questions, and the worst', async () => {
  const space = { tenantId: 'acme', collection: 'default', model: MODEL, efSearch: 190 };
  const recall = async () => [
    { ...space, questions: 100, recall: 0.9 },
    { ...space, questions: 300, recall: 0.98 },
  ];
  const text = await told(sourceOf({ recall }));
  expect(text).toContain(`aquifer_vector_recall{model="${MODEL}",space="all"} 0.96`);
  expect(text).toContain(`aquifer_vector_recall{model="${MODEL}",space="worst"} 0.9`);
  expect(text).toContain(`aquifer_vector_recall_questions{model="${MODEL}"} 400`);
  expect(text).not.toContain('acme');
});

test('builds, tokens and what waits are told', async () => {
  const text = await told(
    sourceOf({
      indexBuilds: () => ({ built: 2, failed: 1, seconds: 90.5, lastSeconds: 60 }),
      usage: () => [{ model: MODEL, requests: 3, texts: 4, tokens: 500, cost: 0.25 }],
      backlog: async () => ({ documents: 7, tenants: 2, oldestMs: 1500, dead: 1 }),
    }),
  );
  expect(text).toContain('aquifer_vector_index_builds_total{outcome="built"} 2');
  expect(text).toContain('aquifer_vector_index_builds_total{outcome="failed"} 1');
  expect(text).toContain('aquifer_vector_index_build_seconds_total 90.5');
  expect(text).toContain('aquifer_vector_index_build_last_seconds 60');
  expect(text).toContain(`aquifer_embedding_tokens_total{model="${MODEL}"} 500`);
  expect(text).toContain(`aquifer_embedding_cost_dollars_total{model="${MODEL}"} 0.25`);
  expect(text).toContain('aquifer_embedding_backlog_documents{state="dead"} 1');
  expect(text).toContain('aquifer_embedding_backlog_seconds 1.5');
});

test('the database is asked once, however many metrics and readers there are', async () => {
  let asked = 0;
  const metrics = createMetrics();
  const vectors = async () => {
    asked++;
    return [collection('default', 1)];
  };
  metrics.registerKnowledge(sourceOf({ vectors }), { everyMs: 60_000 });
  await Promise.all([metrics.metrics(), metrics.metrics()]);
  await metrics.metrics();
  expect(asked).toBe(1);
});

test('while the database does not answer, what the process knows is told', async () => {
  let isAway = true;
  const metrics = createMetrics();
  const vectors = async () => {
    if (isAway) throw new Error('away');
    return [collection('default', 1)];
  };
  metrics.registerKnowledge(sourceOf({ vectors }), { everyMs: 60_000 });
  const text = await metrics.metrics();
  expect(text).toContain('aquifer_vector_index_build_seconds_total 0');
  expect(text).not.toMatch(/^aquifer_vectors\{/m);
  isAway = false;
  expect(await metrics.metrics()).toContain(`aquifer_vectors{collection="default",model="${MODEL}"} 1`);
});

test('metrics of knowledge are registered once', () => {
  const metrics = createMetrics();
  metrics.registerKnowledge(sourceOf());
  expect(() => metrics.registerKnowledge(sourceOf())).toThrow(
    expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
  );
});
