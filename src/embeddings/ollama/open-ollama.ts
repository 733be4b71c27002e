import type { ModelRegistry } from '../models/index.js';
import { ESTIMATED, RemoteEmbedder, type RemoteOptions } from '../remote/index.js';
import { OllamaProtocol } from './protocol.js';

const LOCAL = 'http://127.0.0.1:11434';

export interface OllamaOptions extends RemoteOptions {
  /** @default http://127.0.0.1:11434 */
  readonly baseUrl?: string | undefined;
  /** For an Ollama behind a gate that asks for one. */
  readonly apiKey?: string | undefined;
  /** How long Ollama keeps the model in memory after a request, such as `10m`. */
  readonly keepAlive?: string | undefined;
  readonly dimensions?: number | undefined;
  readonly maxTokens?: number | undefined;
}

/**
 * A model that Ollama serves. It must have been pulled: `ollama pull nomic-embed-text`.
 * @param name as Ollama calls it
 * @throws AQF_MODEL_UNKNOWN; AQF_VECTOR_DIMENSIONS
 */
export function openOllama(
  name: string,
  registry: ModelRegistry,
  options: OllamaOptions = {},
): RemoteEmbedder {
  const { baseUrl = LOCAL, apiKey, keepAlive, dimensions, maxTokens } = options;
  const { model } = registry.resolve({ provider: 'ollama', name, dimensions, maxTokens });
  const protocol = new OllamaProtocol({ baseUrl, apiKey, model: name, keepAlive });
  return new RemoteEmbedder(model, protocol, ESTIMATED, options);
}
