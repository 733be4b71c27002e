import { z } from 'zod';
import { defined } from '../../defined.js';
import { foundAnswer } from '../answers.js';
import { defineOpenAiRoute } from '../define.js';
import { fileId } from '../ids.js';
import { onlyPage } from '../pages.js';
import { filters, toFilter } from './filters.js';
import { storeParams } from './schemas.js';
import { toAttributes } from './shapes.js';
import { VectorStores } from './stores.js';

const query = z.string().trim().min(1).max(10_000);

const body = z.strictObject({
  query: z.union([query, z.array(query).min(1).max(20)]),
  filters: filters.nullish(),
  max_num_results: z.int().min(1).max(50).default(10),
  ranking_options: z
    .strictObject({
      ranker: z.enum(['none', 'auto', 'default-2024-11-15']).optional(),
      score_threshold: z.number().min(0).max(1).default(0),
    })
    .nullish(),
  rewrite_query: z.boolean().nullish(),
});

export const storeSearchRoutes = [
  defineOpenAiRoute({
    method: 'POST',
    path: '/v1/vector_stores/{store}/search',
    summary: 'The passages of a vector store for a question, best first',
    permission: ['documents', 'read'],
    params: storeParams,
    body,
    response: foundAnswer,
    handler: async ({
      scope,
      params,
      body: { query: asked, filters: given, max_num_results: limit, ...rest },
    }) => {
      const stores = new VectorStores(scope);
      const store = await stores.open(params.store);
      const questions = [asked].flat();
      const options = { limit, snippets: false, ...defined({ filter: given ? toFilter(given) : undefined }) };
      const collection = scope.collection(store.collectionName);
      const found = await Promise.all(questions.map((question) => collection.search(question, options)));
      await stores.touch(store);
      const best = bestOf(found.flat()).slice(0, limit);
      const files = await stores.filesOf(store, [...new Set(best.map(({ documentId }) => documentId))]);
      const data = best.flatMap(({ documentId, content, score }) => {
        const file = files.get(documentId);
        if (!file) return [];
        const { id, name: filename, attributes } = file;
        const text = { type: 'text', text: content };
        const shown = {
          file_id: fileId(id),
          filename,
          score: toScore(score),
          attributes: toAttributes(attributes),
        };
        return [{ ...shown, content: [text] }];
      });
      const least = rest.ranking_options?.score_threshold ?? 0;
      const page = onlyPage(
        'vector_store.search_results.page',
        data.filter(({ score }) => score >= least),
      );
      return { ...page, search_query: questions };
    },
  }),
];

interface Scored {
  readonly documentId: string;
  readonly ordinal: number;
  readonly score: number;
}

/** Each passage once, with the best of its scores. */
function bestOf<T extends Scored>(found: readonly T[]): T[] {
  const seen = new Set<string>();
  return found
    .toSorted((a, b) => b.score - a.score)
    .filter(({ documentId, ordinal }) => {
      const place = `${documentId}/${ordinal}`;
      if (seen.has(place)) return false;
      seen.add(place);
      return true;
    });
}

/** Scores here are 0 to 1; ours, of words and meaning together, may be a little more. */
function toScore(score: number): number {
  return Math.min(1, Math.max(0, score));
}
