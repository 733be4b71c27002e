import type { AquiferConfig } from '../../../config/index.js';
import { type Embedder, openEmbedder } from '../../../embeddings/index.js';

/** The models of a command, opened when they are first asked for: by their ids, or by the names they are configured by. */
export class Models {
  readonly #config: AquiferConfig['embeddings'];
  readonly #opened = new Map<string, Promise<Embedder>>();

  constructor(config: AquiferConfig['embeddings']) {
    this.#config = config;
  }

  /** @throws AQF_MODEL_UNKNOWN, AQF_VECTOR_DIMENSIONS */
  async open(name: string): Promise<Embedder> {
    const known = (await this.#byId(name)) ?? this.#opened.get(name);
    if (known) return known;
    const { model: configured, dimensions, maxTokens, ...shared } = this.#config;
    const own = name === configured ? { dimensions, maxTokens } : {};
    const opening = openEmbedder(name, { ...shared, ...own });
    this.#opened.set(name, opening);
    return opening;
  }

  async close(): Promise<void> {
    for (const opening of this.#opened.values()) await (await opening.catch(() => undefined))?.close();
  }

  /** What was opened by a name may be asked for by its id: a folder's is the name of the folder. */
  async #byId(id: string): Promise<Embedder | undefined> {
    for (const opening of this.#opened.values()) {
      const embedder = await opening.catch(() => undefined);
      if (embedder?.model.id === id) return embedder;
    }
    return undefined;
  }
}
