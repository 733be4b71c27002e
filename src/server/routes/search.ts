import { z } from 'zod';
import { SEARCH_MODES, type SearchOptions, type SearchResults } from '../../search/index.js';
import { defined } from '../defined.js';
import { defineRoute } from '../route.js';

const share = z.number().min(0).max(1);

const searchBody = z.strictObject({
  question: z.string().trim().min(1).max(10_000),
  mode: z.enum(SEARCH_MODES).optional(),
  limit: z.int().min(1).max(1000).optional().describe('Default 10.'),
  filter: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Conditions on metadata: { "year": { "gte": 2020 } }.'),
  collections: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
  languages: z.array(z.string().max(40)).min(1).max(20).optional(),
  prefix: z.boolean().optional(),
  fuzzy: z.boolean().optional(),
  fusion: z.enum(['convex', 'rrf']).optional(),
  recall: share.min(0.5).optional(),
  perDocument: z.int().min(1).max(1000).optional(),
  neighbours: z.int().min(0).max(10).optional(),
  recency: z.strictObject({ halfLifeDays: z.number().positive().max(100_000), weight: share }).optional(),
  facets: z.array(z.string().min(1).max(128)).min(1).max(20).optional(),
  diversity: z.strictObject({ lambda: share, depth: z.int().min(1).max(1000).optional() }).optional(),
  snippets: z.boolean().optional(),
  explain: z.boolean().optional(),
});

const passage = z.object({ ordinal: z.int(), start: z.int(), end: z.int(), content: z.string() });

const searchResult = passage.extend({
  documentId: z.string(),
  collection: z.string(),
  source: z.string(),
  title: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  language: z.string(),
  page: z.int().nullable(),
  headingPath: z.array(z.string()),
  snippet: z.object({ text: z.string(), marks: z.array(z.tuple([z.int(), z.int()])) }),
  score: z.number(),
  scores: z.object({
    lexical: z.number().nullable(),
    semantic: z.number().nullable(),
    rerank: z.number().optional(),
  }),
  neighbours: z.array(passage).optional(),
});

const searchAnswer = z.object({
  results: z.array(searchResult),
  short: z.string().optional().describe('Why there are fewer results than were asked for.'),
  facets: z.record(z.string(), z.array(z.object({ value: z.unknown(), documents: z.int() }))).optional(),
  explain: z.record(z.string(), z.unknown()).optional(),
});

export const searchRoutes = [
  defineRoute({
    method: 'POST',
    path: '/api/search',
    summary: 'Ranks passages of documents for a question',
    tag: 'search',
    permission: ['documents', 'read'],
    body: searchBody,
    response: searchAnswer,
    handler: async ({ scope, body: { question, filter, ...options } }) => {
      // Parsed JSON holds no undefined.
      const wanted = { ...options, ...(filter && { filter }) } as SearchOptions;
      return shown(await scope.search(question, wanted));
    },
  }),
];

/** A list that also tells something is an object where there is JSON. */
function shown(results: SearchResults) {
  const { short, facets, explain } = results;
  return { results: [...results], ...defined({ short, facets, explain }) };
}
