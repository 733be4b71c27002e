import { AquiferError } from '../errors/index.js';
import { createBuiltinEmbedder } from './builtin/builtin-embedder.js';
import type { Embedder } from './embedder.js';
import { ModelRegistry } from './models/index.js';
import type { OllamaOptions } from './ollama/index.js';
import type { OpenAiOptions } from './openai/index.js';
import type { TransformersOptions } from './transformers/index.js';

/** What the provider that is opened has no use for is left aside. */
export interface OpenEmbedderOptions extends OpenAiOptions, OllamaOptions, TransformersOptions {
  /** Models of your own, beside those that are known. */
  readonly registry?: ModelRegistry | undefined;
}

type Opener = (name: string, registry: ModelRegistry, options: OpenEmbedderOptions) => Promise<Embedder>;

const PROVIDERS: Readonly<Record<string, Opener>> = {
  builtin: async (_, __, options) => createBuiltinEmbedder(options),
  openai: async (...asked) => (await import('./openai/index.js')).openOpenAi(...asked),
  ollama: async (...asked) => (await import('./ollama/index.js')).openOllama(...asked),
  transformers: async (...asked) => (await import('./transformers/index.js')).openTransformers(...asked),
};

/**
 * Opens a model by its name: `builtin`, `openai:text-embedding-3-small`, `ollama:nomic-embed-text`,
 * `transformers:<folder or name on the hub>`. Nothing is asked of the provider before the first call; `probe` finds
 * out whether it answers as it should.
 *
 * @throws AQF_MODEL_UNKNOWN for a provider or a model that nothing is known of; AQF_VECTOR_DIMENSIONS
 */
export async function openEmbedder(name: string, options: OpenEmbedderOptions = {}): Promise<Embedder> {
  const [provider = '', ...rest] = name.split(':');
  const open = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  if (!open || (provider !== 'builtin' && rest.join(':') === '')) {
    throw new AquiferError(
      'AQF_MODEL_UNKNOWN',
      `There is no embedding model "${name}"; expected <provider>:<name>, the provider being ${Object.keys(PROVIDERS).join(', ')}.`,
      { facts: { model: name } },
    );
  }
  return open(rest.join(':'), options.registry ?? new ModelRegistry(), options);
}
