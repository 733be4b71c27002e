import { availableParallelism } from 'node:os';
import { AquiferError } from '../../errors/index.js';
import { threadEntry } from '../../threads/index.js';
import type { EmbeddingModel } from '../embedder.js';
import { ThreadEmbedder } from '../local/index.js';
import type { ModelRegistry } from '../models/index.js';
import type { UseListener } from '../usage/use.js';
import { type Dtype, findModel, type ModelSource } from './source.js';
import type { TransformersSettings } from './worker.js';

export interface TransformersOptions {
  /** Which weights. @default `q8` where there are such, else `fp32` */
  readonly dtype?: Dtype | undefined;
  /** Threads that share the work. @default the number of processor cores */
  readonly threads?: number | undefined;
  /** Folder that models from the hub are kept in. @default that of Transformers.js, in `node_modules` */
  readonly cacheDir?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** Hears of the work of every call. */
  readonly onUse?: UseListener | undefined;
}

/**
 * A model that Transformers.js runs in a thread of this process: onnxruntime computes on the thread that calls it.
 * A folder is read without any network; a name is looked for on the Hugging Face hub, once.
 *
 * @param place a folder, or a name on the hub
 * @throws AQF_MODEL_UNKNOWN; AQF_VECTOR_DIMENSIONS
 */
export function openTransformers(
  place: string,
  registry: ModelRegistry,
  options: TransformersOptions = {},
): ThreadEmbedder {
  const source = findModel(place, options.dtype);
  const model = modelOf(source, registry, options);
  const settings: TransformersSettings = {
    folder: source.folder,
    name: source.name,
    dtype: source.dtype,
    threads: options.threads ?? availableParallelism(),
    cacheDir: options.cacheDir,
    model,
  };
  const entry = threadEntry(import.meta.url, './worker.js');
  return new ThreadEmbedder(model, { entry, settings }, options.onUse);
}

function modelOf(source: ModelSource, registry: ModelRegistry, options: TransformersOptions): EmbeddingModel {
  // Weights of another precision make other vectors, which are not compared with these.
  const name = `${source.name.replaceAll(/\s+/g, '-')}${source.dtype === 'q8' ? '' : `@${source.dtype}`}`;
  const known = registry.knows('transformers', name);
  const { model } = registry.resolve({
    provider: 'transformers',
    name,
    dimensions: options.dimensions ?? (known ? undefined : source.dimensions),
    maxTokens: options.maxTokens ?? source.maxTokens,
  });
  if (source.dimensions === undefined || source.dimensions === model.dimensions) return model;
  throw new AquiferError(
    'AQF_VECTOR_DIMENSIONS',
    `The folder of ${model.id} holds a model of ${source.dimensions} dimensions; ${model.dimensions} are registered.`,
    { facts: { model: model.id, expected: model.dimensions, given: source.dimensions } },
  );
}
