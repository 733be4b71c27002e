import type { Embedder } from '../../src/embeddings/index.js';
import type { RelationalProvider, Transaction } from '../../src/relational/index.js';
import * as queries from '../../src/search/queries.js';
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
    return {
      kind: relational.kind,
      transaction: (context, work) =>
        relational.transaction(context, (tx) => work(this.#meterTransaction(tx))),
      health: () => relational.health(),
      close: () => relational.close(),
    };
  }

  #meterTransaction(tx: Transaction): Transaction {
    return {
      query: (sql, params) => {
        const part = STATEMENTS.get(sql);
        return part ? this.#clock(part).run(() => tx.query(sql, params)) : tx.query(sql, params);
      },
      execute: (sql) => tx.execute(sql),
    };
  }

  #clock(part: SearchPart): BusyClock {
    const clock = this.#clocks.get(part) ?? new BusyClock();
    this.#clocks.set(part, clock);
    return clock;
  }
}
