/** What the thread of a cross-encoder is told at its start. */
export interface CrossEncoderSettings {
  /** A folder in the layout of Transformers.js, or the name of a model on the Hugging Face hub. */
  readonly model: string;
  readonly dtype: string | undefined;
  /** Word pieces of question and text together; what is longer is cut. */
  readonly maxTokens: number;
  /** Where models of the hub are kept. */
  readonly cacheDir: string | undefined;
}
