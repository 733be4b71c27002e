import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { EmbedCall, Embedder, EmbeddingModel } from '../embedder.js';
import { type UseListener, useOf } from '../usage/use.js';
import { meanVector } from './mean-vector.js';
import { type EmbeddedTexts, ModelThread, type ModelThreadStart } from './model-thread.js';

/** Texts handed over at once; a call that is given up leaves no more than these to finish. */
const TEXTS_A_TURN = 64;

/**
 * An embedder whose model computes in a thread of this process, which starts at the first call and does not keep
 * the process alive.
 */
export class ThreadEmbedder implements Embedder {
  readonly model: EmbeddingModel;
  readonly #start: ModelThreadStart;
  readonly #onUse: UseListener;
  #thread: ModelThread | undefined;
  #closed = false;

  constructor(model: EmbeddingModel, start: ModelThreadStart, onUse: UseListener = () => {}) {
    this.model = model;
    this.#start = start;
    this.#onUse = onUse;
  }

  async embedPassages(texts: readonly string[], call: EmbedCall = {}): Promise<Float32Array[][]> {
    this.#assertOpen();
    const passages: Float32Array[][] = [];
    for (let at = 0; at < texts.length; at += TEXTS_A_TURN) {
      const turn = texts.slice(at, at + TEXTS_A_TURN);
      passages.push(...(await this.#embed(turn, this.model.prefixes?.passage ?? '', call)));
    }
    return passages;
  }

  async embedQuery(text: string, call: EmbedCall = {}): Promise<Float32Array> {
    this.#assertOpen();
    if (text.trim() === '') {
      throw new AquiferError(
        'AQF_ARGUMENT_INVALID',
        'The question is blank; it must hold at least one word.',
      );
    }
    const [windows = []] = await this.#embed([text], this.model.prefixes?.query ?? '', call);
    return meanVector(windows);
  }

  async probe(call: EmbedCall = {}): Promise<void> {
    await this.embedQuery('water', call);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  async #embed(texts: readonly string[], prefix: string, call: EmbedCall): Promise<Float32Array[][]> {
    call.signal?.throwIfAborted();
    const embedded = await orAborted(this.#inThread(texts, prefix), call.signal);
    this.#onUse(useOf(this.model, call.tenantId, { texts: texts.length, tokens: embedded.tokens }));
    return this.#separate(embedded);
  }

  async #inThread(texts: readonly string[], prefix: string): Promise<EmbeddedTexts> {
    this.#assertOpen();
    this.#thread ??= new ModelThread(this.#start);
    const thread = this.#thread;
    try {
      return await thread.embed(texts, prefix);
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

  #separate({ vectors, windowCounts }: EmbeddedTexts): Float32Array[][] {
    const { id, dimensions } = this.model;
    const windows = windowCounts.reduce((sum, count) => sum + count, 0);
    if (vectors.length !== windows * dimensions) {
      const given = vectors.length / windows;
      throw new AquiferError(
        'AQF_VECTOR_DIMENSIONS',
        `The model ${id} made vectors of ${given} dimensions; it is registered with ${dimensions}.`,
        { facts: { model: id, expected: dimensions, given } },
      );
    }
    let next = 0;
    return Array.from(windowCounts, (count) =>
      Array.from({ length: count }, () => {
        const start = dimensions * next++;
        return vectors.subarray(start, start + dimensions);
      }),
    );
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new AquiferError('AQF_LAYER_CLOSED', `The embedder ${this.model.id} is closed.`);
  }
}

/** What the thread has begun it ends, but nobody waits for it. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const abandon = () => reject(signal.reason);
    signal.addEventListener('abort', abandon, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}
