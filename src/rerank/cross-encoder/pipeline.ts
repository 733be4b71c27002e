import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import { loadPeer } from '../../peers/index.js';
import type { CrossEncoderSettings } from './settings.js';

const PEER = {
  name: '@huggingface/transformers',
  install: '@huggingface/transformers@4',
  neededBy: 'A cross-encoder',
};

/** The part of Transformers.js that is used. */
interface Tensor {
  readonly dims: readonly number[];
  tolist(): readonly (readonly number[])[];
}
type Tokenizer = (texts: string[], options: object) => Record<string, unknown>;
type Model = ((inputs: Record<string, unknown>) => Promise<{ readonly logits: Tensor }>) & {
  dispose(): Promise<unknown>;
};

/** A tokenizer and a model that reads question and text as one input, in this thread. */
export class CrossEncoderPipeline {
  readonly #tokenizer: Tokenizer;
  readonly #model: Model;
  readonly #maxTokens: number;

  private constructor(tokenizer: Tokenizer, model: Model, maxTokens: number) {
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#maxTokens = maxTokens;
  }

  /** @throws AQF_PEER_MISSING, AQF_RERANK_FAILED when the model cannot be loaded */
  static async load(settings: CrossEncoderSettings): Promise<CrossEncoderPipeline> {
    const { AutoModelForSequenceClassification, AutoTokenizer, env } = await loadPeer(
      PEER,
      () => import('@huggingface/transformers'),
    );
    const folder = folderOf(settings.model);
    if (folder !== undefined) {
      env.allowRemoteModels = false;
      env.localModelPath = dirname(folder);
    }
    if (settings.cacheDir !== undefined) env.cacheDir = settings.cacheDir;
    const name = folder === undefined ? settings.model : basename(folder);
    const dtype = (settings.dtype ?? dtypeIn(folder)) as 'q8';
    try {
      const tokenizer = await AutoTokenizer.from_pretrained(name);
      const model = await AutoModelForSequenceClassification.from_pretrained(name, { dtype });
      return new CrossEncoderPipeline(
        tokenizer as unknown as Tokenizer,
        model as unknown as Model,
        settings.maxTokens,
      );
    } catch (error) {
      throw failed(`The cross-encoder ${settings.model} cannot be loaded: ${messageOf(error)}`, error);
    }
  }

  /** How likely each text answers the question, 0 to 1. @throws AQF_RERANK_FAILED */
  async score(question: string, texts: readonly string[]): Promise<number[]> {
    try {
      const inputs = this.#tokenizer(
        texts.map(() => question),
        { text_pair: [...texts], padding: true, truncation: true, max_length: this.#maxTokens },
      );
      const { logits } = await this.#model(inputs);
      return logits.tolist().map(probability);
    } catch (error) {
      if (isAquiferError(error)) throw error;
      throw failed(`The cross-encoder failed: ${messageOf(error)}`, error);
    }
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}

/** Of one logit, or of the second of two (no, yes). */
function probability(logits: readonly number[]): number {
  const [first = Number.NaN, second] = logits;
  if (logits.length > 2) {
    throw failed(`The model tells ${logits.length} classes apart; a reranker has one or two.`, undefined);
  }
  return 1 / (1 + Math.exp(second === undefined ? -first : first - second));
}

/** Undefined for the name of a model on the hub, such as `owner/model`. */
function folderOf(model: string): string | undefined {
  const folder = resolve(model);
  return existsSync(join(folder, 'config.json')) || /^[./\\~]/.test(model) ? folder : undefined;
}

/** The quantised model where there is one: it is a quarter as large, several times faster, and ranks nearly alike. */
function dtypeIn(folder: string | undefined): string {
  if (folder === undefined || existsSync(join(folder, 'onnx', 'model_quantized.onnx'))) return 'q8';
  return 'fp32';
}

function failed(message: string, cause: unknown): AquiferError {
  return new AquiferError('AQF_RERANK_FAILED', message, { cause });
}
