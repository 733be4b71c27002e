/** Windows of one run, padded to the same width. */
export interface TokenBatch {
  /** Row-major [rows, width], padded at the end of each row. */
  readonly tokenIds: Int32Array;
  /** Tokens of each row. */
  readonly lengths: Int32Array;
  readonly width: number;
}

/** Runs the network on one of the builds of onnxruntime. */
export interface InferenceRuntime {
  readonly name: RuntimeName;
  /** The unit vectors of the rows, one after another. */
  run(batch: TokenBatch): Promise<Float32Array>;
  release(): Promise<void>;
}

/** `onnxruntime-node` is native code; `onnxruntime-web` is WebAssembly, which runs anywhere. */
export type RuntimeName = 'onnxruntime-node' | 'onnxruntime-web';

export interface RuntimeOptions {
  /** Threads that share the work of one run. */
  readonly threads: number;
}
