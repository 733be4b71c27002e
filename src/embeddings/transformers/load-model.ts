import type { PreTrainedModel, PreTrainedTokenizer, Tensor } from '@huggingface/transformers';
import { AquiferError, isAquiferError, messageOf } from '../../errors/index.js';
import { loadPeer } from '../../peers/index.js';
import type { Dtype } from './source.js';
import type { TransformersSettings } from './worker.js';

/** What the pipeline needs of a model and its tokenizer. */
export interface LoadedModel {
  /** The texts as tokens, padded to the longest; clipped at what the model reads. */
  tokenize(texts: readonly string[]): TokenTensors;
  /** Tokens of a text without what the model puts around it. */
  count(text: string): number;
  /** Vectors of all tokens, [texts, width, dimensions], or of whole texts, [texts, dimensions]. */
  run(tokens: TokenTensors): Promise<Tensor>;
  /**
   * Texts that are run together change each other: activations are quantised with one scale for the whole run. A
   * text then has the same vector always only when it is run alone.
   */
  readonly mixes: boolean;
}

export type TokenTensors = Record<string, Tensor>;

const PACKAGE = '@huggingface/transformers';
const MIXING: readonly Dtype[] = ['q8', 'int8', 'uint8'];

/** As for the built-in model: an ingest shares the cores with the database. */
const SHARE_CORES = { session: { dynamic_block_base: '4', intra_op: { allow_spinning: '0' } } };

/**
 * Loads a model with Transformers.js.
 * @throws AQF_PEER_MISSING; AQF_EMBEDDING_FAILED
 */
export async function loadModel(settings: TransformersSettings): Promise<LoadedModel> {
  const peer = { name: PACKAGE, install: PACKAGE, neededBy: `The embedding model ${settings.model.id}` };
  const library = await loadPeer(peer, () => import('@huggingface/transformers'));
  const { env, AutoTokenizer, AutoModel } = library;
  const { folder, cacheDir } = settings;
  // What is a path and no name is read as it is, without regard to `env.localModelPath`.
  const place = folder ?? settings.name;
  env.allowRemoteModels = folder === undefined;
  env.allowLocalModels = folder !== undefined;
  if (cacheDir !== undefined) env.cacheDir = cacheDir;
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(place);
    const model = await AutoModel.from_pretrained(place, {
      dtype: settings.dtype,
      session_options: { intraOpNumThreads: settings.threads, logSeverityLevel: 3, extra: SHARE_CORES },
    });
    return joined(tokenizer, model, settings);
  } catch (cause) {
    if (isAquiferError(cause)) throw cause;
    const message = `The model ${settings.model.id} could not be loaded: ${messageOf(cause)}`;
    throw new AquiferError('AQF_EMBEDDING_FAILED', message, { facts: { model: settings.model.id }, cause });
  }
}

function joined(
  tokenizer: PreTrainedTokenizer,
  model: PreTrainedModel,
  { model: { maxTokens }, dtype }: TransformersSettings,
): LoadedModel {
  return {
    tokenize: (texts) =>
      tokenizer([...texts], { padding: true, truncation: true, max_length: maxTokens }) as TokenTensors,
    count: (text) => tokenizer.encode(text, { add_special_tokens: false }).length,
    run: async (tokens) => {
      const outputs: Record<string, Tensor> = await model(tokens);
      const { sentence_embedding, last_hidden_state, token_embeddings } = outputs;
      const vectors = sentence_embedding ?? last_hidden_state ?? token_embeddings;
      if (vectors) return vectors;
      throw new TypeError(`a model that returns ${Object.keys(outputs).join(', ')} makes no embeddings`);
    },
    mixes: MIXING.includes(dtype),
  };
}
