import type { Embedder } from '../../embeddings/index.js';
import { AquiferError } from '../../errors/index.js';
import { type ModelRequest, questionOf } from './request.js';
import { SemanticIndex } from './semantic-index.js';

/** Answers a question with the response to one that means the same. */
export interface SemanticOptions {
  readonly embedder: Embedder;
  /**
   * The cosine from which on two questions count as the same, above 0 up to 1. There is no default: which one is right
   * depends on the model and on what a wrong answer costs. "How do I open an account?" and "How do I close an account?"
   * are near to each other for every model.
   */
  readonly threshold: number;
  /** Questions that are remembered, in this process. @default 1000 */
  readonly maxEntries?: number;
}

/** A question, understood. */
export interface Understood {
  readonly context: string;
  readonly vector: Float32Array;
}

/** Finds questions of the same meaning. The embedder's failures are counted, and fail nothing else. */
export class SemanticMatch {
  readonly #embedder: Embedder;
  readonly #threshold: number;
  readonly #index: SemanticIndex;
  failures = 0;

  /** @throws AQF_ARGUMENT_INVALID without a threshold that makes sense */
  constructor({ embedder, threshold, maxEntries = 1000 }: SemanticOptions) {
    if (typeof threshold !== 'number' || !(threshold > 0 && threshold <= 1)) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'semantic.threshold must be a cosine above 0, up to 1.');
    }
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', 'semantic.maxEntries must be a whole number from 1 on.');
    }
    this.#embedder = embedder;
    this.#threshold = threshold;
    this.#index = new SemanticIndex(maxEntries);
  }

  /** Undefined for a request that does not end with the text of a user, and when the embedder fails. */
  async understand(request: ModelRequest): Promise<Understood | undefined> {
    const question = questionOf(request);
    if (!question) return undefined;
    try {
      return { context: question.context, vector: await this.#embedder.embedQuery(question.text) };
    } catch {
      this.failures += 1;
      return undefined;
    }
  }

  /** The first of the nearest questions for which `load` still has something. */
  async find<T>(
    understood: Understood,
    load: (key: string) => Promise<T | undefined>,
  ): Promise<{ readonly key: string; readonly found: T } | undefined> {
    for (;;) {
      const key = this.#index.nearest(understood, this.#threshold);
      if (key === undefined) return undefined;
      const found = await load(key);
      if (found !== undefined) return { key, found };
      this.#index.remove(key);
    }
  }

  remember(key: string, understood: Understood): void {
    this.#index.add(key, understood);
  }
}
