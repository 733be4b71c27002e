import type { Embedder } from '../../src/embeddings/index.js';
import type { Extractor } from '../../src/extraction/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { withTransactions } from '../harness/delegate.js';
import type { Providers } from '../harness/product.js';
import { BusyClock } from '../harness/timing.js';

/** What an ingest asked of each provider, and how long each was at it. */
export interface IngestReadings {
  readonly extraction: BusyClock;
  readonly embedding: BusyClock;
  readonly database: BusyClock;
  /** What was embedded. */
  readonly texts: string[];
  windows: number;
}

export class IngestMeters {
  #readings = newReadings();

  /** The readings since the last call. */
  take(): IngestReadings {
    const taken = this.#readings;
    this.#readings = newReadings();
    return taken;
  }

  readonly instrument = (providers: Providers): Providers => ({
    extractor: this.#meterExtractor(providers.extractor),
    embedder: this.#meterEmbedder(providers.embedder),
    relational: this.#meterRelational(providers.relational),
  });

  #meterExtractor(extractor: Extractor): Extractor {
    return {
      extract: (source) => this.#readings.extraction.run(() => extractor.extract(source)),
      usage: () => extractor.usage(),
      close: () => extractor.close(),
      [Symbol.asyncDispose]: () => extractor.close(),
    };
  }

  #meterEmbedder(embedder: Embedder): Embedder {
    return {
      model: embedder.model,
      embedPassages: async (texts) => {
        const vectors = await this.#readings.embedding.run(() => embedder.embedPassages(texts));
        this.#readings.texts.push(...texts);
        this.#readings.windows += vectors.flat().length;
        return vectors;
      },
      embedQuery: (text) => embedder.embedQuery(text),
      close: () => embedder.close(),
    };
  }

  #meterRelational(relational: RelationalProvider): RelationalProvider {
    return withTransactions(relational, (context, work, options) =>
      this.#readings.database.run(() => relational.transaction(context, work, options)),
    );
  }
}

function newReadings(): IngestReadings {
  return {
    extraction: new BusyClock(),
    embedding: new BusyClock(),
    database: new BusyClock(),
    texts: [],
    windows: 0,
  };
}
