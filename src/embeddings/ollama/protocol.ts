import type { EndpointRequest } from '../../endpoints/index.js';
import { endpoint } from '../openai/index.js';
import type { Protocol, ProviderAnswer } from '../remote/index.js';

export interface OllamaProtocolOptions {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** As Ollama calls it, with its tag. */
  readonly model: string;
  readonly keepAlive: string | undefined;
}

/** `POST /api/embed` of Ollama. */
export class OllamaProtocol implements Protocol {
  readonly #options: OllamaProtocolOptions;
  readonly #url: string;

  constructor(options: OllamaProtocolOptions) {
    this.#options = options;
    this.#url = endpoint(options.baseUrl, 'api/embed');
  }

  request(texts: readonly string[]): EndpointRequest {
    const { model, apiKey, keepAlive } = this.#options;
    return {
      url: this.#url,
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      // Ollama would cut off without a word what is longer than its context.
      body: {
        model,
        input: texts,
        truncate: false,
        ...(keepAlive !== undefined && { keep_alive: keepAlive }),
      },
    };
  }

  read(body: unknown, asked: number): ProviderAnswer {
    const { embeddings, prompt_eval_count: tokens } = body as Record<string, unknown>;
    if (!Array.isArray(embeddings)) throw new TypeError('no list `embeddings`');
    if (embeddings.length > asked) throw new RangeError(`${embeddings.length} vectors for ${asked} texts`);
    return {
      vectors: new Map(embeddings.length === asked ? embeddings.map(vectorAt) : []),
      ...(typeof tokens === 'number' && { tokens }),
    };
  }
}

function vectorAt(values: unknown, place: number): [number, Float32Array] {
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'number')) {
    throw new TypeError('a vector that is no list of numbers');
  }
  return [place, Float32Array.from(values as readonly number[])];
}
