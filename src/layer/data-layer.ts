import type { ResolvedConfig } from '../config/index.js';
import type { Embedder, EmbeddingModel } from '../embeddings/index.js';
import { AquiferError } from '../errors/index.js';
import type { Extractor } from '../extraction/index.js';
import type { ProviderHealth, RelationalProvider } from '../relational/index.js';
import { type ScopeOptions, tenantContext } from '../tenancy/index.js';
import { Scope } from './scope.js';

/** The parts a data layer is composed of; it owns them and closes them. */
export interface LayerParts {
  readonly config: ResolvedConfig;
  readonly relational: RelationalProvider;
  readonly extractor: Extractor;
  readonly embedder: Embedder;
}

/** An open data layer. Tenant data is reached through `scope()`; `close()` ends everything it started. */
export class DataLayer implements AsyncDisposable {
  readonly config: ResolvedConfig;
  readonly #parts: LayerParts;
  #closed: Promise<void> | undefined;

  constructor(parts: LayerParts) {
    this.config = parts.config;
    this.#parts = parts;
  }

  /** @throws AQF_SCOPE_MISSING, AQF_ARGUMENT_INVALID, AQF_LAYER_CLOSED */
  scope(options: ScopeOptions): Scope {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', 'The data layer is closed.');
    const { relational, extractor, embedder, config } = this.#parts;
    const { chunking, search } = config.values;
    const deps = {
      documents: { relational, extractor, embedder, chunking },
      search: { relational, embedder, settings: search },
    };
    return new Scope(deps, tenantContext(options));
  }

  /** The model whose vectors are stored and searched. */
  get embeddingModel(): EmbeddingModel {
    return this.#parts.embedder.model;
  }

  health(): Promise<ProviderHealth> {
    return this.#parts.relational.health();
  }

  /**
   * Ends everything the layer started. A statement under way is waited for; an ingest or a search that needs
   * more than that is refused with AQF_LAYER_CLOSED, and what it had not stored is not stored. Safe to call twice.
   */
  close(): Promise<void> {
    this.#closed ??= this.#closeParts();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeParts(): Promise<void> {
    const { relational, extractor, embedder } = this.#parts;
    await Promise.all([relational.close(), extractor.close(), embedder.close()]);
  }
}
