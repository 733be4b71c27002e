import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { concatenate, type EmbeddedTexts, planBatches } from '../local/index.js';
import { BUILTIN_MODEL } from './model.js';
import type { InferenceRuntime } from './runtime/runtime.js';
import type { Tokenizer } from './tokenizer/tokenizer.js';
import { cutWindows } from './windows.js';

/** Enough for runs of equal lengths, little enough that questions are not kept waiting for tokens. */
const WINDOWS_PER_GROUP = 256;

/** Tokenizes, cuts and embeds texts. */
export class EmbeddingPipeline {
  readonly #tokenizer: Tokenizer;
  readonly #runtime: InferenceRuntime;

  constructor(tokenizer: Tokenizer, runtime: InferenceRuntime) {
    this.#tokenizer = tokenizer;
    this.#runtime = runtime;
  }

  async embed(texts: readonly string[]): Promise<EmbeddedTexts> {
    const windowCounts = new Uint32Array(texts.length);
    const embedded: Float32Array[] = [];
    let group: number[][] = [];
    let tokens = 0;
    for (const [index, text] of texts.entries()) {
      const windows = cutWindows(this.#tokenizer.words(text), BUILTIN_MODEL.maxTokens);
      windowCounts[index] = windows.length;
      tokens += windows.reduce((sum, window) => sum + window.length, 0);
      group = group.concat(windows);
      if (group.length < WINDOWS_PER_GROUP) continue;
      embedded.push(await this.#embedWindows(group));
      group = [];
    }
    embedded.push(await this.#embedWindows(group));
    return { vectors: concatenate(embedded), windowCounts, tokens };
  }

  async #embedWindows(windows: readonly (readonly number[])[]): Promise<Float32Array> {
    const vectors = new Float32Array(windows.length * BUILTIN_MODEL.dimensions);
    for (const places of planBatches(windows.map((window) => window.length))) {
      const rows = places.map((place) => windows[place] ?? []);
      const result = await this.#runtime.run(padRows(rows));
      for (const [row, place] of places.entries()) {
        vectors.set(vectorAt(result, row), place * BUILTIN_MODEL.dimensions);
      }
      await eventLoopTurn();
    }
    return vectors;
  }
}

function padRows(rows: readonly (readonly number[])[]) {
  const width = Math.max(...rows.map((row) => row.length));
  const tokenIds = new Int32Array(rows.length * width);
  for (const [index, row] of rows.entries()) tokenIds.set(row, index * width);
  return { tokenIds, lengths: Int32Array.from(rows, (row) => row.length), width };
}

function vectorAt(vectors: Float32Array, index: number): Float32Array {
  const { dimensions } = BUILTIN_MODEL;
  return vectors.subarray(index * dimensions, (index + 1) * dimensions);
}
