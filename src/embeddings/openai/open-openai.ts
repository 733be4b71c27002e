import type { ModelRegistry } from '../models/index.js';
import { ESTIMATED, EXACT, RemoteEmbedder, type RemoteOptions } from '../remote/index.js';
import { OpenAiProtocol } from './protocol.js';

const OPENAI = 'https://api.openai.com/v1';

export interface OpenAiOptions extends RemoteOptions {
  /** Where the endpoint is; `/embeddings` is added. @default https://api.openai.com/v1 */
  readonly baseUrl?: string | undefined;
  /** @default the variable `OPENAI_API_KEY` for OpenAI itself, for others none */
  readonly apiKey?: string | undefined;
  /** Sent with each request, such as `api-key` for Azure. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly dimensions?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * A model behind an endpoint that speaks as OpenAI's does: OpenAI, Azure, vLLM, LM Studio, llama.cpp, Text Embeddings
 * Inference, …
 * @param name as the endpoint calls it
 * @throws AQF_MODEL_UNKNOWN; AQF_VECTOR_DIMENSIONS
 */
export function openOpenAi(
  name: string,
  registry: ModelRegistry,
  options: OpenAiOptions = {},
): RemoteEmbedder {
  const { baseUrl = OPENAI, dimensions, maxTokens, headers = {} } = options;
  const { model, shortenTo } = registry.resolve({ provider: 'openai', name, dimensions, maxTokens });
  const apiKey = options.apiKey ?? keyFor(baseUrl, options.env ?? process.env);
  const protocol = new OpenAiProtocol({ baseUrl, apiKey, model: name, dimensions: shortenTo, headers });
  const counter = name.startsWith('text-embedding-') ? EXACT : ESTIMATED;
  return new RemoteEmbedder(model, protocol, counter, options);
}

/** The key to OpenAI is nobody else's business. */
function keyFor(baseUrl: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return new URL(baseUrl).hostname === 'api.openai.com' ? env.OPENAI_API_KEY || undefined : undefined;
}
