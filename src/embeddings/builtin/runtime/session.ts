import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { AquiferError, messageOf } from '../../../errors/index.js';
import { LENGTHS, SENTENCE_VECTORS, TOKEN_IDS } from '../use-lite-graph.js';
import type { InferenceRuntime, RuntimeName, RuntimeOptions, TokenBatch } from './runtime.js';

/** What both builds of onnxruntime export. */
export interface OnnxRuntimeModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'int32', data: Int32Array, shape: readonly number[]) => Tensor;
}

/**
 * An ingest shares the cores with the database. Work in small blocks and threads that sleep instead of
 * spinning cost 5 % on an idle machine and halve the time on a busy one (measured on two cores).
 */
const SHARE_CORES = { session: { dynamic_block_base: '4', intra_op: { allow_spinning: '0' } } };

export class OnnxRuntimeSession implements InferenceRuntime {
  readonly name: RuntimeName;
  readonly #module: OnnxRuntimeModule;
  readonly #session: InferenceSession;

  private constructor(name: RuntimeName, module: OnnxRuntimeModule, session: InferenceSession) {
    this.name = name;
    this.#module = module;
    this.#session = session;
  }

  static async create(
    name: RuntimeName,
    module: OnnxRuntimeModule,
    model: Uint8Array,
    options: RuntimeOptions,
  ): Promise<OnnxRuntimeSession> {
    const session = await module.InferenceSession.create(model, {
      executionProviders: [name === 'onnxruntime-node' ? 'cpu' : 'wasm'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: options.threads,
      logSeverityLevel: 3,
      extra: SHARE_CORES,
    });
    return new OnnxRuntimeSession(name, module, session);
  }

  async run(batch: TokenBatch): Promise<Float32Array> {
    try {
      return await this.#run(batch);
    } catch (cause) {
      throw new AquiferError('AQF_EMBEDDING_FAILED', `${this.name} failed: ${messageOf(cause)}`, { cause });
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  async #run({ tokenIds, lengths, width }: TokenBatch): Promise<Float32Array> {
    const { Tensor } = this.#module;
    const outputs = await this.#session.run({
      [TOKEN_IDS]: new Tensor('int32', tokenIds, [lengths.length, width]),
      [LENGTHS]: new Tensor('int32', lengths, [lengths.length]),
    });
    const vectors = outputs[SENTENCE_VECTORS]?.data;
    if (vectors instanceof Float32Array) return vectors;
    throw new TypeError(`expected a float32 tensor named ${SENTENCE_VECTORS}`);
  }
}
