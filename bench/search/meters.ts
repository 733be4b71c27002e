import type { Embedder } from '../../src/embeddings/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { withStatements } from '../harness/delegate.js';
import type { Providers } from '../harness/product.js';
import { BusyClock } from '../harness/timing.js';

export const SEARCH_PARTS = ['question vector', 'search function'] as const;
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
    return withStatements(relational, (context, statement, options) =>
      statement.name?.startsWith('aquifer_search')
        ? this.#clock('search function').run(() => relational.query(context, statement, options))
        : relational.query(context, statement, options),
    );
  }

  #clock(part: SearchPart): BusyClock {
    const clock = this.#clocks.get(part) ?? new BusyClock();
    this.#clocks.set(part, clock);
    return clock;
  }
}
