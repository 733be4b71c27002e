import type { AquiferError } from '../errors/index.js';

/**
 * A model as the registry has it: what search and storage must know of it. Vectors of two models are never
 * compared, be they of one length.
 */
export interface EmbeddingModel {
  /** Stable id, `<provider>:<name>`, stored beside every vector. */
  readonly id: string;
  /** Length of every vector. */
  readonly dimensions: number;
  /** Tokens of the model's own tokenizer that one window may hold. */
  readonly maxTokens: number;
  /** BCP 47 tag of the language the model was trained for, `*` for many. */
  readonly language: string;
  /**
   * The scripts that its vocabulary has words of, by their ISO 15924 codes. A question without a letter of them would be
   * near to whatever is written in letters that it does not know either: it is not asked by meaning.
   * @default all
   */
  readonly scripts?: readonly string[];
  /**
   * Weight of the cosine in hybrid search, 0 to 1: a chunk scores BM25 / best BM25 + weight × cosine. It
   * belongs to the model: a small model must not outvote BM25.
   */
  readonly fusionWeight: number;
  /**
   * The cosines between which the model tells things apart: what is below counts as nothing, what is at the upper end
   * as much as the best match of words.
   * @default [0, 1]
   */
  readonly similarityRange?: readonly [low: number, high: number];
  /**
   * Whether the provider's vectors have length one already. If not, they are brought to it.
   * @default false
   */
  readonly normalised?: boolean;
  /** What the model was trained to see before a question and before a passage. @default none */
  readonly prefixes?: Prefixes;
  /**
   * How the vectors of tokens become one: their mean, or that of the first token.
   * @default 'mean'
   */
  readonly pooling?: 'mean' | 'cls';
  /** US dollars for a million tokens. @default 0 */
  readonly pricePerMillionTokens?: number;
}

export interface Prefixes {
  readonly query: string;
  readonly passage: string;
}

/** Of one call: for whom, and until when. */
export interface EmbedCall {
  /** Whose turn it is at a provider that many tenants share, and whose account is charged. */
  readonly tenantId?: string | undefined;
  /** Ends the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of one text among many: its vectors, one a window, or why there are none. */
export type EmbeddedText =
  | { readonly ok: true; readonly windows: Float32Array[] }
  | { readonly ok: false; readonly error: AquiferError };

/**
 * Turns text into unit vectors. A passage longer than the model's window becomes several windows with
 * one vector each, and a chunk is scored by its best window.
 */
export interface Embedder {
  readonly model: EmbeddingModel;
  /**
   * Vectors of passages to store: for each text, in order, one unit vector a window. A blank text has one
   * vector too, near to nothing in particular, so that callers need no special case. The vectors of a call
   * may share one piece of memory: copy before handing it to another thread.
   * @throws AQF_EMBEDDING_FAILED; AQF_EMBEDDING_REFUSED naming the texts that the provider will not take;
   *   AQF_EMBEDDING_RATE_LIMITED; AQF_VECTOR_DIMENSIONS; AQF_LAYER_CLOSED after `close`
   */
  embedPassages(texts: readonly string[], call?: EmbedCall): Promise<Float32Array[][]>;
  /**
   * The unit vector of a question; of one longer than a window, the mean of its windows.
   * @throws AQF_ARGUMENT_INVALID when the text is blank; else as `embedPassages`
   */
  embedQuery(text: string, call?: EmbedCall): Promise<Float32Array>;
  /**
   * The same as `embedPassages`, but what fails takes nothing else with it: each text has its vectors or its
   * error. Where an embedder lacks it, the function `embedEach` stands in.
   */
  embedEach?(texts: readonly string[], call?: EmbedCall): Promise<EmbeddedText[]>;
  /**
   * Asks for one vector to see that the provider answers, and with the dimensions of the model.
   * @throws what `embedQuery` throws
   */
  probe?(call?: EmbedCall): Promise<void>;
  /** Frees what the model holds. May be called again. */
  close(): Promise<void>;
}
