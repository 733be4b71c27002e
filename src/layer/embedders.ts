import type { AquiferConfig } from '../config/index.js';
import { checkedEmbedder, type Embedder, openEmbedder, type UsageMeter } from '../embeddings/index.js';
import { isAquiferError } from '../errors/index.js';

/** The embedding models of a layer: its own, and those of collections that have another, opened when they are needed. */
export class Embedders {
  readonly main: Embedder;
  readonly #config: AquiferConfig['embeddings'];
  readonly #meter: UsageMeter;
  readonly #others = new Map<string, Promise<Embedder | undefined>>();

  private constructor(main: Embedder, config: AquiferConfig['embeddings'], meter: UsageMeter) {
    this.main = main;
    this.#config = config;
    this.#meter = meter;
  }

  /** @param given an embedder of the caller's own in place of the configured one. @throws AQF_MODEL_UNKNOWN */
  static async open(
    config: AquiferConfig['embeddings'],
    meter: UsageMeter,
    given: Embedder | undefined,
  ): Promise<Embedders> {
    const main = given ? checkedEmbedder(given) : await open(config.model, config, meter);
    return new Embedders(main, config, meter);
  }

  /** Opens a model by its id; undefined where nothing here serves it. */
  readonly of = (modelId: string): Promise<Embedder | undefined> => {
    if (modelId === this.main.model.id) return Promise.resolve(this.main);
    const known = this.#others.get(modelId);
    if (known) return known;
    const opening = open(modelId, this.#config, this.#meter).catch((error: unknown) => {
      if (isAquiferError(error, 'AQF_MODEL_UNKNOWN')) return undefined;
      this.#others.delete(modelId);
      throw error;
    });
    this.#others.set(modelId, opening);
    return opening;
  };

  async close(): Promise<void> {
    const others = await Promise.allSettled(this.#others.values());
    const opened = others.flatMap((other) =>
      other.status === 'fulfilled' && other.value ? [other.value] : [],
    );
    await Promise.all([this.main, ...opened].map((embedder) => embedder.close()));
  }
}

function open(name: string, config: AquiferConfig['embeddings'], meter: UsageMeter): Promise<Embedder> {
  const { model, dimensions, maxTokens, ...settings } = config;
  // Those are said of the configured model, not of others.
  const own = name === model ? { dimensions, maxTokens } : {};
  return openEmbedder(name, { ...settings, ...own, onUse: meter.record });
}
