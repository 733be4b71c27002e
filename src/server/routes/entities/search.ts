import { z } from 'zod';
import type { AnyEntity } from '../../../entities/index.js';
import { fromJsonFilter, toJsonRow } from '../../../entities/index.js';
import { type RowSearchOptions, SEARCH_MODES } from '../../../search/index.js';
import { defined } from '../../defined.js';
import { assertTrait, entityOf } from '../../entities/entity-of.js';
import { entityParams, filter, onEntity, row } from '../../entities/schemas.js';
import { defineRoute } from '../../route.js';

export const entitySearchRoutes = [
  defineRoute({
    method: 'POST',
    path: '/api/entities/{entity}/search',
    summary: 'Ranks rows of a searchable entity for a question',
    tag: 'entities',
    permission: onEntity('read'),
    params: entityParams,
    body: z.strictObject({
      question: z.string().trim().min(1).max(10_000),
      mode: z.enum(SEARCH_MODES).optional(),
      filter: filter.optional(),
      limit: z.int().min(1).max(1000).optional().describe('Default 10.'),
      languages: z.array(z.string().max(40)).min(1).max(20).optional(),
      prefix: z.boolean().optional(),
      fuzzy: z.boolean().optional(),
    }),
    response: z.object({
      results: z.array(
        z.object({
          row,
          score: z.number(),
          scores: z.object({ lexical: z.number().nullable(), semantic: z.number().nullable() }),
        }),
      ),
    }),
    handler: async ({ scope, layer, params, body: { question, filter: asked, ...options } }) => {
      const entity = entityOf(layer, params.entity);
      assertTrait(entity, 'searchable');
      const where = asked && fromJsonFilter(entity, asked);
      const wanted = defined({ ...options, where }) as RowSearchOptions<AnyEntity>;
      const results = await scope.entity(entity).search(question, wanted);
      return { results: results.map((found) => ({ ...found, row: toJsonRow(found.row) })) };
    },
  }),
];
