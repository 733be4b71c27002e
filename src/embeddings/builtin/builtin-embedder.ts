import { availableParallelism } from 'node:os';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { Embedder } from '../embedder.js';
import { EmbeddingThread } from './embedding-thread.js';
import { BUILTIN_MODEL } from './model.js';
import type { EmbeddedTexts } from './pipeline.js';
import type { RuntimeName } from './runtime/runtime.js';
import { meanVector } from './vectors.js';
import type { EmbeddingSettings } from './worker.js';

export interface BuiltinEmbedderOptions {
  /**
   * Threads that share the work.
   * @default the number of processor cores
   */
  readonly threads?: number;
  /**
   * The builds of onnxruntime to try, in order. The native one is several times faster.
   * @default ['onnxruntime-node', 'onnxruntime-web']
   */
  readonly runtimes?: readonly RuntimeName[];
}

/**
 * The embedding model that comes with Aquifer: Universal Sentence Encoder Lite, small and English. It runs
 * in a thread of its own, which starts at the first call and does not keep the process alive.
 */
export function createBuiltinEmbedder(options: BuiltinEmbedderOptions = {}): Embedder {
  return new BuiltinEmbedder({
    threads: options.threads ?? availableParallelism(),
    runtimes: options.runtimes ?? ['onnxruntime-node', 'onnxruntime-web'],
  });
}

class BuiltinEmbedder implements Embedder {
  readonly model = BUILTIN_MODEL;
  readonly #settings: EmbeddingSettings;
  #thread: EmbeddingThread | undefined;
  #closed = false;

  constructor(settings: EmbeddingSettings) {
    this.#settings = settings;
  }

  async embedPassages(texts: readonly string[]): Promise<Float32Array[][]> {
    this.#assertOpen();
    if (texts.length === 0) return [];
    return separate(await this.#embed(texts));
  }

  async embedQuery(text: string): Promise<Float32Array> {
    this.#assertOpen();
    if (text.trim() === '') {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'The question is blank; it must hold at least one word.',
      );
    }
    const [windows = []] = separate(await this.#embed([text]));
    return meanVector(windows);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  async #embed(texts: readonly string[]): Promise<EmbeddedTexts> {
    this.#thread ??= new EmbeddingThread(this.#settings);
    const thread = this.#thread;
    try {
      return await thread.embed(texts);
    } catch (error) {
      this.#assertOpen();
      // A thread that ended answers nothing any more; the next call starts another.
      if (isAquiferError(error, 'AQF_WORKER_CRASHED') && this.#thread === thread) {
        this.#thread = undefined;
        await thread.close();
      }
      throw error;
    }
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new AquiferError('AQF_LAYER_CLOSED', `The embedder ${BUILTIN_MODEL.id} is closed.`);
  }
}

function separate({ vectors, windowCounts }: EmbeddedTexts): Float32Array[][] {
  let next = 0;
  return Array.from(windowCounts, (count) =>
    Array.from({ length: count }, () => {
      const start = BUILTIN_MODEL.dimensions * next++;
      return vectors.subarray(start, start + BUILTIN_MODEL.dimensions);
    }),
  );
}
