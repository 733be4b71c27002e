import type { EndpointOptions } from '../endpoints/index.js';
import { AquiferError } from '../errors/index.js';
import { createCrossEncoder } from './cross-encoder/cross-encoder.js';
import { createHttpReranker } from './http/http-reranker.js';
import type { Reranker } from './reranker.js';

export interface OpenRerankerOptions extends Partial<Omit<EndpointOptions, 'baseUrl'>> {
  /** Of `http:`; the name before the colon says where Cohere and Jina are. */
  readonly baseUrl?: string;
}

const KNOWN_URLS: ReadonlyMap<string, string> = new Map([
  ['cohere', 'https://api.cohere.com/v2'],
  ['jina', 'https://api.jina.ai/v1'],
]);

/**
 * The reranker that a text names: `transformers:<folder or model>`, `cohere:<model>`, `jina:<model>`, or `http:<model>`
 * with `baseUrl`. Nothing is loaded before its first use.
 * @throws AQF_ARGUMENT_INVALID
 */
export function openReranker(spec: string, { baseUrl, ...options }: OpenRerankerOptions = {}): Reranker {
  const at = spec.indexOf(':');
  const [provider, model] = [spec.slice(0, at), spec.slice(at + 1)];
  if (at < 1 || model === '') throw unknown(spec);
  if (provider === 'transformers') return createCrossEncoder({ model });
  if (provider !== 'http' && !KNOWN_URLS.has(provider)) throw unknown(spec);
  const url = baseUrl ?? KNOWN_URLS.get(provider);
  if (url === undefined) throw unknown(spec);
  return createHttpReranker({ ...options, baseUrl: url, model });
}

function unknown(spec: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `There is no reranker ${JSON.stringify(spec)}.`, {
    hint: 'Give transformers:<folder or model>, cohere:<model>, jina:<model>, or http:<model> with a base URL.',
  });
}
