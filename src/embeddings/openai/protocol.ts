import type { EndpointRequest } from '../../endpoints/index.js';
import type { Protocol, ProviderAnswer } from '../remote/index.js';
import { decodeFloats } from './decode-floats.js';

export interface OpenAiProtocolOptions {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** As the endpoint calls it. */
  readonly model: string;
  /** Asked for only when they are not the model's own, which endpoints without the parameter refuse. */
  readonly dimensions: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

interface EmbeddingItem {
  readonly index?: unknown;
  readonly embedding?: unknown;
}

/** `POST /embeddings` as OpenAI defines it and many others serve it. */
export class OpenAiProtocol implements Protocol {
  readonly #options: OpenAiProtocolOptions;
  readonly #url: string;
  /** A quarter of the bytes of numbers in decimals. Some servers ignore it, and some refuse it. */
  #encoding: 'base64' | 'float' = 'base64';

  constructor(options: OpenAiProtocolOptions) {
    this.#options = options;
    this.#url = endpoint(options.baseUrl, 'embeddings');
  }

  request(texts: readonly string[]): EndpointRequest {
    const { model, dimensions, apiKey, headers } = this.#options;
    return {
      url: this.#url,
      headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...headers },
      body: {
        model,
        input: texts,
        encoding_format: this.#encoding,
        ...(dimensions !== undefined && { dimensions }),
      },
    };
  }

  read(body: unknown, asked: number): ProviderAnswer {
    const { data, usage } = body as { data?: unknown; usage?: { prompt_tokens?: unknown } };
    if (!Array.isArray(data)) throw new TypeError('no list `data`');
    const tokens = usage?.prompt_tokens;
    return {
      vectors: placed(data, asked),
      ...(typeof tokens === 'number' && { tokens }),
    };
  }

  adapt(reason: string): boolean {
    if (this.#encoding === 'float' || !/encoding_format|base64/i.test(reason)) return false;
    this.#encoding = 'float';
    return true;
  }
}

/** The address of an endpoint below a base URL, which may have a query as Azure's do. */
export function endpoint(baseUrl: string, path: string): string {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}

/** Without an index the order tells, provided that nothing is missing from it. */
function placed(items: readonly EmbeddingItem[], asked: number): Map<number, Float32Array> {
  if (items.length > asked) throw new RangeError(`${items.length} vectors for ${asked} texts`);
  const indexed = items.every(({ index }) => typeof index === 'number');
  if (!indexed && items.length !== asked) return new Map();
  const vectors = new Map<number, Float32Array>();
  for (const [order, { index, embedding }] of items.entries()) {
    const place = indexed ? Number(index) : order;
    if (!Number.isInteger(place) || place < 0 || place >= asked || vectors.has(place)) {
      throw new RangeError(`the index ${place} is not expected`);
    }
    vectors.set(place, decodeFloats(embedding));
  }
  return vectors;
}
