import { z } from 'zod';
import type { RetrieveOptions } from '../../retrieval/index.js';
import { SEARCH_MODES } from '../../search/index.js';
import { defineRoute } from '../route.js';

const citation = z.object({
  number: z.int().describe('The n of its mark [n] in the text.'),
  documentId: z.string(),
  source: z.string(),
  title: z.string(),
  content: z.string(),
  start: z.int(),
  end: z.int(),
  page: z.int().nullable(),
  headingPath: z.array(z.string()),
  score: z.number(),
  ordinals: z.array(z.int()).describe('Of its passages.'),
  alsoIn: z
    .array(z.object({ documentId: z.string(), source: z.string() }))
    .describe('Other documents with the same text.'),
  truncated: z.boolean(),
});

export const retrieveRoutes = [
  defineRoute({
    method: 'POST',
    path: '/api/retrieve',
    summary: 'Makes one cited text of what is found, for a language model to answer from',
    tag: 'search',
    permission: ['documents', 'read'],
    body: z.strictObject({
      question: z.string().trim().min(1).max(10_000),
      budget: z.int().min(1).max(1_000_000).optional().describe('Tokens of the text at most. Default 4000.'),
      mode: z.enum(SEARCH_MODES).optional(),
      limit: z.int().min(1).max(1000).optional().describe('Passages that are looked for. Default 20.'),
      filter: z.record(z.string(), z.unknown()).optional(),
      collections: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
      languages: z.array(z.string().max(40)).min(1).max(20).optional(),
      order: z.enum(['score', 'document']).optional(),
      neighbours: z.int().min(0).max(10).optional(),
      minScore: z.number().optional(),
    }),
    response: z.object({
      text: z.string(),
      tokens: z.int(),
      citations: z.array(citation),
      omitted: z.int().describe('Passages that were found and had no room.'),
    }),
    handler: async ({ scope, body: { question, budget, ...options } }) => {
      // Parsed JSON holds no undefined.
      const wanted = { ...options, ...(budget !== undefined && { tokens: budget }) } as RetrieveOptions;
      return scope.retrieve(question, wanted);
    },
  }),
];
