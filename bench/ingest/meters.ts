import type { Embedder } from '../../src/embeddings/index.js';
import type { Extractor } from '../../src/extraction/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import type { Providers } from '../harness/product.js';
import { BusyClock } from '../harness/timing.js';

/** What an ingest asked of each provider. */
export class IngestMeters {
  readonly extraction = new BusyClock();
  readonly embedding = new BusyClock();
  readonly database = new BusyClock();
  /** The texts of each call to the embedder. */
  readonly texts: (readonly string[])[] = [];
  windows = 0;

  readonly instrument = (providers: Providers): Providers => ({
    extractor: this.#meterExtractor(providers.extractor),
    embedder: this.#meterEmbedder(providers.embedder),
    relational: this.#meterRelational(providers.relational),
  });

  #meterExtractor(extractor: Extractor): Extractor {
    return {
      extract: (source) => this.extraction.run(() => extractor.extract(source)),
      usage: () => extractor.usage(),
      close: () => extractor.close(),
      [Symbol.asyncDispose]: () => extractor.close(),
    };
  }

  #meterEmbedder(embedder: Embedder): Embedder {
    return {
      model: embedder.model,
      embedPassages: async (texts) => {
        const vectors = await this.embedding.run(() => embedder.embedPassages(texts));
        this.texts.push(texts);
        this.windows += vectors.reduce((sum, windows) => sum + windows.length, 0);
        return vectors;
      },
      embedQuery: (text) => embedder.embedQuery(text),
      close: () => embedder.close(),
    };
  }

  #meterRelational(relational: RelationalProvider): RelationalProvider {
    return {
      kind: relational.kind,
      transaction: (context, work) => this.database.run(() => relational.transaction(context, work)),
      health: () => relational.health(),
      close: () => relational.close(),
    };
  }
}
