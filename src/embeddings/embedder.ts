/** What search and storage must know of an embedding model. Vectors of two models are never compared. */
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
   * Weight of the cosine in hybrid search, 0 to 1: a chunk scores BM25 / best BM25 + weight × cosine. It
   * belongs to the model: a small model must not outvote BM25.
   */
  readonly fusionWeight: number;
}

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
   * @throws AQF_EMBEDDING_FAILED; AQF_LAYER_CLOSED after `close`
   */
  embedPassages(texts: readonly string[]): Promise<Float32Array[][]>;
  /**
   * The unit vector of a question; of one longer than a window, the mean of its windows.
   * @throws AQF_ARGUMENT_INVALID when the text is blank; AQF_EMBEDDING_FAILED; AQF_LAYER_CLOSED after `close`
   */
  embedQuery(text: string): Promise<Float32Array>;
  /** Frees what the model holds. May be called again. */
  close(): Promise<void>;
}
