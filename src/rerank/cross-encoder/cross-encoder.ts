import { RunGate } from '../../embeddings/builtin/run-gate.js';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import { ThreadHost, threadEntry } from '../../threads/index.js';
import type { Reranker } from '../reranker.js';
import type { CrossEncoderApi, CrossEncoderWorkerData } from './worker.js';

export interface CrossEncoderOptions {
  /**
   * A folder in the layout of Transformers.js (`config.json`, `tokenizer.json`, `onnx/model_quantized.onnx` or
   * `onnx/model.onnx`), or the name of a model on the Hugging Face hub, which is downloaded at its first use.
   */
  readonly model: string;
  /** The weights: `q8`, `fp32`, `fp16` … @default 'q8' where there is such a file */
  readonly dtype?: string;
  /** Word pieces of question and text together; of a longer text the end is not read. @default 512 */
  readonly maxTokens?: number;
  /** Texts of one run of the model. @default 16 */
  readonly batchSize?: number;
  /** Where models of the hub are kept. @default that of Transformers.js */
  readonly cacheDir?: string;
}

/**
 * A reranker that runs here, by Transformers.js (the optional package `@huggingface/transformers`): any model for sequence
 * classification with one or two classes, such as `Xenova/ms-marco-MiniLM-L-6-v2`. It has a thread of its own, which
 * starts at the first call and does not keep the process alive. Scores are probabilities, 0 to 1.
 */
export function createCrossEncoder(options: CrossEncoderOptions): Reranker & { close(): Promise<void> } {
  return new CrossEncoder(options);
}

class CrossEncoder implements Reranker {
  readonly id: string;
  readonly #settings: Omit<CrossEncoderWorkerData, 'gate'>;
  readonly #batchSize: number;
  #thread: CrossEncoderThread | undefined;
  #closed = false;

  constructor({ model, dtype, maxTokens = 512, batchSize = 16, cacheDir }: CrossEncoderOptions) {
    this.id = `transformers:${model}`;
    this.#settings = { model, dtype, maxTokens, cacheDir };
    this.#batchSize = batchSize;
  }

  /** Texts of like length share a run, for a run costs what its longest text costs. */
  async rerank(
    question: string,
    texts: readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<number[]> {
    const scores = new Array<number>(texts.length);
    const order = texts.map((_, at) => at).toSorted((a, b) => lengthAt(texts, a) - lengthAt(texts, b));
    for (let from = 0; from < order.length; from += this.#batchSize) {
      signal?.throwIfAborted();
      const batch = order.slice(from, from + this.#batchSize);
      const judged = await this.#score(
        question,
        batch.map((at) => texts[at] as string),
      );
      for (const [index, at] of batch.entries()) scores[at] = judged[index] as number;
    }
    return scores;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  async #score(question: string, texts: readonly string[]): Promise<number[]> {
    if (this.#closed) throw new AquiferError('AQF_LAYER_CLOSED', `The reranker ${this.id} is closed.`);
    this.#thread ??= new CrossEncoderThread(this.#settings);
    const thread = this.#thread;
    try {
      return await thread.score(question, texts);
    } catch (error) {
      // A thread that ended answers nothing any more; the next call starts another.
      if (isAquiferError(error, 'AQF_WORKER_CRASHED') && this.#thread === thread) {
        this.#thread = undefined;
        await thread.close();
      }
      throw error;
    }
  }
}

/** The thread that holds the model, ended only between two runs of it. */
class CrossEncoderThread {
  readonly #gate = new RunGate();
  readonly #host: ThreadHost<CrossEncoderApi>;
  readonly #calls = new Set<Promise<unknown>>();
  readonly #onExit = () => this.#gate.closeAndBlock();

  constructor(settings: Omit<CrossEncoderWorkerData, 'gate'>) {
    const workerData: CrossEncoderWorkerData = { ...settings, gate: this.#gate.memory };
    this.#host = new ThreadHost(threadEntry(import.meta.url, './worker.js'), {
      name: 'reranking',
      workerData,
    });
    process.on('exit', this.#onExit);
  }

  async score(question: string, texts: readonly string[]): Promise<number[]> {
    const call = this.#host.call('score', [question, texts]);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  async close(): Promise<void> {
    this.#gate.close();
    await Promise.allSettled(this.#calls);
    await this.#host.terminate();
    process.off('exit', this.#onExit);
  }
}

function lengthAt(texts: readonly string[], at: number): number {
  return (texts[at] as string).length;
}
