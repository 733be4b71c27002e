import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import type { EmbeddingModel } from '../embedder.js';
import { concatenate, type EmbeddedTexts, planBatches, type RunGate } from '../local/index.js';
import { textWindows } from '../windows/index.js';
import type { LoadedModel } from './load-model.js';
import { pooled } from './pooling.js';

/** Stands for what the model puts around a text: [CLS] and [SEP], or <s> and </s>. */
const FRAME = 2;
/** Tokens of one run, padding included; a question that comes meanwhile waits for one run. */
const TOKENS_PER_RUN = 1024;
/** Words are counted again and again while windows are cut. */
const REMEMBERED_WORDS = 50_000;
const REMEMBERED_LENGTH = 24;

/** Cuts texts into windows and embeds them. */
export class TransformersPipeline {
  readonly #loaded: LoadedModel;
  readonly #model: EmbeddingModel;
  readonly #gate: RunGate;
  readonly #words = new Map<string, number>();

  constructor(loaded: LoadedModel, model: EmbeddingModel, gate: RunGate) {
    this.#loaded = loaded;
    this.#model = model;
    this.#gate = gate;
  }

  async embed(texts: readonly string[], prefix: string): Promise<EmbeddedTexts> {
    const before = prefix === '' ? 0 : this.#count(prefix);
    const limit = Math.max(1, this.#model.maxTokens - FRAME - before);
    const windows = texts.map((text) => textWindows(text, limit, (part) => this.#count(part)));
    const all = windows.flat();
    const vectors = await this.#embedWindows(
      all.map(({ text }) => prefix + text),
      all.map(({ tokens }) => tokens + before + FRAME),
    );
    return {
      vectors,
      windowCounts: Uint32Array.from(windows, ({ length }) => length),
      tokens: all.reduce((sum, { tokens }) => sum + tokens + before + FRAME, 0),
    };
  }

  async #embedWindows(texts: readonly string[], lengths: readonly number[]): Promise<Float32Array> {
    const vectors: Float32Array[] = new Array(texts.length);
    for (const places of planBatches(lengths, this.#loaded.mixes ? 1 : TOKENS_PER_RUN)) {
      const rows = await this.#run(places.map((place) => texts[place] ?? ''));
      for (const [row, place] of places.entries()) vectors[place] = rows[row] ?? new Float32Array();
      await eventLoopTurn();
    }
    return concatenate(vectors);
  }

  async #run(texts: readonly string[]): Promise<Float32Array[]> {
    try {
      const tokens = this.#loaded.tokenize(texts);
      const output = await this.#gate.pass(() => this.#loaded.run(tokens));
      return pooled(output, tokens.attention_mask, this.#model.pooling ?? 'mean');
    } catch (cause) {
      if (isAquiferError(cause)) throw cause;
      const message = `The model ${this.#model.id} failed: ${messageOf(cause)}`;
      throw new AquiferError('AQF_EMBEDDING_FAILED', message, { facts: { model: this.#model.id }, cause });
    }
  }

  #count(text: string): number {
    if (text.length > REMEMBERED_LENGTH) return this.#loaded.count(text);
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    if (this.#words.size >= REMEMBERED_WORDS) this.#words.clear();
    const count = this.#loaded.count(text);
    this.#words.set(text, count);
    return count;
  }
}
