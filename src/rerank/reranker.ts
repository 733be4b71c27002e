/** Judges how well texts answer a question, each together with the question: better than vectors can, and slower. */
export interface Reranker {
  /** Stable, `<provider>:<name>`. */
  readonly id: string;
  /**
   * A score for each text, in their order; higher is better. Scores of one call are compared with each other only.
   * @throws AQF_RERANK_FAILED; the signal's reason once it is aborted
   */
  rerank(
    question: string,
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<number[]>;
  /** Frees what the model holds. May be called again. */
  close?(): Promise<void>;
}
