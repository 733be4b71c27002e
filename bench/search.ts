import { SEARCH_MODES, type SearchMode } from '../src/search/index.js';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { type Measurement, measured, relative } from './harness/measurement.js';
import { openProduct, type Product } from './harness/product.js';
import { mean } from './harness/statistics.js';
import { SearchMeters } from './search/meters.js';
import { prepareSearch } from './search/prepare.js';
import { type FoundChunk, ReferenceSearch } from './search/references.js';
import { type Percentiles, Series } from './search/series.js';
import { LIMIT, TENANT } from './search/settings.js';

const WARM_UP = 20;

/** `scope.search` in its three modes, and the same answers by statements one would write by hand. */
export const searchBenchmark: Benchmark = {
  name: 'search',
  about: 'one question at a time, ten results, one tenant of ten thousand chunks',
  async run(context) {
    const { dataDir, questions } = await prepareSearch(context);
    const meters = new SearchMeters();
    const product = await openProduct(dataDir, meters.instrument);
    try {
      await noteSize(product, context);
      context.progress(`asking ${questions.length} questions in five ways`);
      await new SearchRound(product, meters).ask(questions.slice(0, WARM_UP));
      const round = new SearchRound(product, meters);
      await round.ask(questions);
      return round.report(context);
    } finally {
      await product.layer.close();
    }
  },
};

/** Asks each question in every way before the next one, so that a busy moment of the machine strikes them all. */
class SearchRound {
  readonly #product: Product;
  readonly #references: ReferenceSearch;
  readonly #modes: Readonly<Record<SearchMode, Series>>;
  readonly #fullText: Series;
  readonly #exactScan: Series;
  readonly #recalls: number[] = [];

  constructor(product: Product, meters: SearchMeters) {
    this.#product = product;
    this.#references = new ReferenceSearch(product.relational);
    this.#modes = {
      lexical: new Series(meters),
      semantic: new Series(meters),
      hybrid: new Series(meters),
    };
    this.#fullText = new Series(meters);
    this.#exactScan = new Series(meters);
  }

  async ask(questions: readonly string[]): Promise<void> {
    for (const question of questions) {
      await this.#search('lexical', question);
      await this.#fullText.add(() => this.#references.fullText(question));
      const found = await this.#search('semantic', question);
      const exact = await this.#exactScan.add(() => this.#scan(question));
      this.#recalls.push(recall(found, exact));
      await this.#search('hybrid', question);
    }
  }

  report(context: BenchmarkContext): Measurement[] {
    const { lexical, semantic, hybrid } = this.#modes;
    for (const mode of SEARCH_MODES) context.note(`${mode}, mean ${this.#modes[mode].describe()}`);
    return [
      ...latencies('lexical', lexical, { name: FULL_TEXT, series: this.#fullText }),
      ...latencies('semantic', semantic, { name: EXACT_SCAN, series: this.#exactScan }),
      ...latencies('hybrid', hybrid, {
        name: 'both of these, one after the other',
        series: Series.sumOf(this.#fullText, this.#exactScan),
      }),
      relative('lexical_vs_ts_rank', lexical.p50 / this.#fullText.p50, 'ratio', FULL_TEXT),
      relative('semantic_vs_exact_scan', semantic.p50 / this.#exactScan.p50, 'ratio', EXACT_SCAN),
      relative('semantic_recall_at_10', mean(this.#recalls), 'share', 'exact scan over all windows'),
    ];
  }

  #search(mode: SearchMode, question: string) {
    const scope = this.#product.layer.scope({ tenantId: TENANT });
    return this.#modes[mode].add(() => scope.search(question, { mode, limit: LIMIT }));
  }

  async #scan(question: string): Promise<FoundChunk[]> {
    const { embedder } = this.#product;
    return this.#references.exactScan(question, await embedder.embedQuery(question), embedder.model.id);
  }
}

const FULL_TEXT = 'OR-tsquery on GIN ranked by ts_rank_cd';
const EXACT_SCAN = 'exact scan of all windows';

function latencies(
  mode: SearchMode,
  { p50, p95 }: Percentiles,
  { name, series }: { readonly name: string; readonly series: Percentiles },
): Measurement[] {
  return [
    measured(`search_${mode}_p50_ms`, p50, 'ms', { name, value: series.p50 }),
    measured(`search_${mode}_p95_ms`, p95, 'ms', { name, value: series.p95 }),
  ];
}

/** The share of the exact answer that was found. */
function recall(found: readonly FoundChunk[], exact: readonly FoundChunk[]): number {
  const key = ({ documentId, ordinal }: FoundChunk) => `${documentId}:${ordinal}`;
  const ours = new Set(found.map(key));
  return exact.filter((chunk) => ours.has(key(chunk))).length / exact.length;
}

async function noteSize({ layer, relational }: Product, context: BenchmarkContext): Promise<void> {
  const tenant = { kind: 'tenant', tenantId: TENANT } as const;
  const { chunks } = await layer.scope({ tenantId: TENANT }).documents.count();
  const { rows } = await relational.transaction(tenant, (tx) =>
    tx.query<{ windows: number }>('select count(*)::integer as windows from aquifer.vectors'),
  );
  context.note(`${chunks} chunks, ${rows[0]?.windows} windows of one tenant`);
}
