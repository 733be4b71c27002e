import type { Embedder } from '../../src/embeddings/index.js';
import type { RelationalProvider, Transaction } from '../../src/relational/index.js';
import * as queries from '../../src/search/queries.js';
import { withQueries, withTransactions } from '../harness/delegate.js';
import type { Providers } from '../harness/product.js';
import { BusyClock } from '../harness/timing.js';

const STATEMENTS = new Map<string, SearchPart>([
  [queries.LEXICAL_LEG, 'lexical leg'],
  [queries.SEMANTIC_LEG, 'semantic leg'],
  [queries.SIMILARITIES, 'similarities'],
  [queries.PRESENT_CHUNKS, 'presentation'],
]);

export const SEARCH_PARTS = [
  'question vector',
  'lexical leg',
  'semantic leg',
  'similarities',
  'presentation',
] as const;
export type SearchPart = (typeof SEARCH_PARTS)[number];

/** How long each part of a search was under way. */
export class SearchMeters {
  #clocks = new Map<SearchPart, BusyClock>();

  /** Milliseconds of each part since the last call. */
  take(): ReadonlyMap<SearchPart, number> {
    const taken = new Map([...this.#clocks].map(([part, { busyMs }]) => [part, busyMs]));
    this.#clocks = new Map();
    return taken;
  }

  readonly instrument = ({ relational, embedder, extractor }: Providers): Providers => ({
    extractor,
    embedder: this.#meterEmbedder(embedder),
    relational: this.#meterRelational(relational),
  });

  #meterEmbedder(embedder: Embedder): Embedder {
    return {
      model: embedder.model,
      embedPassages: (texts) => embedder.embedPassages(texts),
      embedQuery: (text) => this.#clock('question vector').run(() => embedder.embedQuery(text)),
      close: () => embedder.close(),
    };
  }

  #meterRelational(relational: RelationalProvider): RelationalProvider {
    return withTransactions(relational, (context, work, options) =>
      relational.transaction(context, (tx) => work(this.#meterTransaction(tx)), options),
    );
  }

  #meterTransaction(tx: Transaction): Transaction {
    return withQueries(tx, (sql, params) => {
      const part = STATEMENTS.get(typeof sql === 'string' ? sql : sql.text);
      return part ? this.#clock(part).run(() => tx.query(sql, params)) : tx.query(sql, params);
    });
  }

  #clock(part: SearchPart): BusyClock {
    const clock = this.#clocks.get(part) ?? new BusyClock();
    this.#clocks.set(part, clock);
    return clock;
  }
}
