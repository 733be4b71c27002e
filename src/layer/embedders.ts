import type { AquiferConfig } from '../config/index.js';
import { checkedEmbedder, type Embedder, EmbedderPool, type UsageMeter } from '../embeddings/index.js';

/** The embedding models of a layer: its own, and those of collections that have another, opened when they are needed. */
export class Embedders {
  readonly main: Embedder;
  readonly #pool: EmbedderPool;

  private constructor(main: Embedder, pool: EmbedderPool) {
    this.main = main;
    this.#pool = pool;
  }

  /** @param given an embedder of the caller's own in place of the configured one. @throws AQF_MODEL_UNKNOWN */
  static async open(
    config: AquiferConfig['embeddings'],
    meter: UsageMeter,
    given: Embedder | undefined,
  ): Promise<Embedders> {
    const pool = new EmbedderPool(config, meter.record);
    if (given) pool.add(checkedEmbedder(given));
    return new Embedders(await pool.open(given?.model.id ?? config.model), pool);
  }

  /** Opens a model by its id; undefined where nothing here serves it. */
  readonly of = (modelId: string): Promise<Embedder | undefined> => this.#pool.find(modelId);

  close(): Promise<void> {
    return this.#pool.close();
  }
}
