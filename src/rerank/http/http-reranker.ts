import { z } from 'zod';
import { Endpoint, type EndpointOptions } from '../../endpoints/index.js';
import type { Reranker } from '../reranker.js';

/** Texts of one request; Cohere refuses more than 1,000. */
const MOST_TEXTS = 500;

export interface HttpRerankerOptions extends EndpointOptions {
  readonly model: string;
  /** Texts that one request may hold. @default 500 */
  readonly maxTexts?: number;
}

const answerSchema = z.object({
  results: z.array(z.object({ index: z.int().nonnegative(), relevance_score: z.number() })),
});

/**
 * A reranker behind HTTP in the form that Cohere (`https://api.cohere.com/v2`), Jina (`https://api.jina.ai/v1`), vLLM,
 * Infinity and LocalAI share: `POST {baseUrl}/rerank`.
 * @throws AQF_ARGUMENT_INVALID for a base URL that is none
 */
export function createHttpReranker(options: HttpRerankerOptions): Reranker {
  return new HttpReranker(options);
}

class HttpReranker implements Reranker {
  readonly id: string;
  readonly #model: string;
  readonly #maxTexts: number;
  readonly #endpoint: Endpoint;

  constructor({ model, maxTexts = MOST_TEXTS, ...options }: HttpRerankerOptions) {
    this.id = `http:${model}`;
    this.#model = model;
    this.#maxTexts = maxTexts;
    this.#endpoint = new Endpoint(options, { code: 'AQF_RERANK_FAILED', name: 'The reranker' });
  }

  /** A text's score does not depend on those beside it, so what is too much for one request is asked for in parts. */
  async rerank(
    question: string,
    texts: readonly string[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<number[]> {
    const scores: number[] = [];
    for (let from = 0; from < texts.length; from += this.#maxTexts) {
      scores.push(...(await this.#ask(question, texts.slice(from, from + this.#maxTexts), options)));
    }
    return scores;
  }

  async #ask(
    query: string,
    documents: readonly string[],
    options: { readonly signal?: AbortSignal },
  ): Promise<number[]> {
    const body = { model: this.#model, query, documents, top_n: documents.length };
    const answer = answerSchema.safeParse(await this.#endpoint.post('/rerank', body, options));
    if (!answer.success) throw this.#endpoint.failed('answered without results', { cause: answer.error });
    const scores = new Map(answer.data.results.map(({ index, relevance_score }) => [index, relevance_score]));
    return documents.map((_, at) => {
      const score = scores.get(at);
      if (score === undefined) throw this.#endpoint.failed(`gave no score to text ${at}`);
      return score;
    });
  }
}
