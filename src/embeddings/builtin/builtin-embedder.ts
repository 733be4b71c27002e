import { availableParallelism } from 'node:os';
import { threadEntry } from '../../threads/index.js';
import type { Embedder } from '../embedder.js';
import { ThreadEmbedder } from '../local/index.js';
import type { UseListener } from '../usage/use.js';
import { BUILTIN_MODEL } from './model.js';
import type { RuntimeName } from './runtime/runtime.js';
import type { EmbeddingSettings } from './worker.js';

export interface BuiltinEmbedderOptions {
  /**
   * Threads that share the work.
   * @default the number of processor cores
   */
  readonly threads?: number | undefined;
  /**
   * The builds of onnxruntime to try, in order. The native one is several times faster.
   * @default ['onnxruntime-node', 'onnxruntime-web']
   */
  readonly runtimes?: readonly RuntimeName[];
  /** Hears of the work of every call. */
  readonly onUse?: UseListener | undefined;
}

/**
 * The embedding model that comes with Aquifer: Universal Sentence Encoder Lite, small and English. It runs
 * in a thread of its own, which starts at the first call and does not keep the process alive.
 */
export function createBuiltinEmbedder(options: BuiltinEmbedderOptions = {}): Embedder {
  const settings: EmbeddingSettings = {
    threads: options.threads ?? availableParallelism(),
    runtimes: options.runtimes ?? ['onnxruntime-node', 'onnxruntime-web'],
  };
  const entry = threadEntry(import.meta.url, './worker.js');
  return new ThreadEmbedder(BUILTIN_MODEL, { entry, settings }, options.onUse);
}
