import type { AquiferConfig } from '../config/index.js';
import { isAquiferError } from '../errors/index.js';
import type { Embedder } from './embedder.js';
import { openEmbedder } from './open-embedder.js';
import type { UseListener } from './usage/index.js';

/**
 * The models of a layer, or of a command, each opened once, when it is first asked for: by its id, or by the name it is
 * configured by.
 */
export class EmbedderPool {
  readonly #config: AquiferConfig['embeddings'];
  readonly #onUse: UseListener | undefined;
  readonly #opened = new Map<string, Promise<Embedder>>();

  constructor(config: AquiferConfig['embeddings'], onUse?: UseListener) {
    this.#config = config;
    this.#onUse = onUse;
  }

  /** Puts an embedder of the caller's own in place of what its id would open; closed with the others. */
  add(embedder: Embedder): void {
    this.#opened.set(embedder.model.id, Promise.resolve(embedder));
  }

  /** @throws AQF_MODEL_UNKNOWN, AQF_VECTOR_DIMENSIONS */
  async open(name: string): Promise<Embedder> {
    const known = this.#opened.get(name) ?? (await this.#byId(name)) ?? this.#opened.get(name);
    if (known) return known;
    const opening = this.#begin(name);
    this.#opened.set(name, opening);
    // What failed may be tried again: the model's folder may be there by then.
    opening.catch(() => this.#opened.delete(name));
    return opening;
  }

  /** Undefined where nothing here serves the model. @throws AQF_VECTOR_DIMENSIONS */
  async find(modelId: string): Promise<Embedder | undefined> {
    try {
      return await this.open(modelId);
    } catch (error) {
      if (isAquiferError(error, 'AQF_MODEL_UNKNOWN')) return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(
      opened.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.close() : undefined)),
    );
  }

  #begin(name: string): Promise<Embedder> {
    const { model, dimensions, maxTokens, ...settings } = this.#config;
    // Those are said of the configured model, not of others.
    const own = name === model ? { dimensions, maxTokens } : {};
    return openEmbedder(name, { ...settings, ...own, onUse: this.#onUse });
  }

  /** What was opened by a name may be asked for by its id: a folder's is the name of the folder. */
  async #byId(id: string): Promise<Embedder | undefined> {
    for (const opening of [...this.#opened.values()]) {
      const embedder = await opening.catch(() => undefined);
      if (embedder?.model.id === id) return embedder;
    }
    return undefined;
  }
}
