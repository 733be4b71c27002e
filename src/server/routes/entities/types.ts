import { z } from 'zod';
import { ACTIONS } from '../../../accounts/index.js';
import { describeEntity } from '../../../entities/index.js';
import { shownFields } from '../../entities/shown-fields.js';
import { defineRoute } from '../../route.js';
import { page } from '../../schemas.js';

const field = z.object({
  name: z.string(),
  type: z.string().describe('As SQL spells it.'),
  nullable: z.boolean(),
  generated: z.boolean().describe('Kept by the database: never written by a caller.'),
  encrypted: z.boolean(),
  required: z.boolean().describe('Whether a new row needs it to be given.'),
  values: z.array(z.string()).optional().describe('What an enumeration allows.'),
});

const entityType = z.object({
  name: z.string(),
  key: z.array(z.string()),
  fields: z.array(field),
  traits: z.array(z.string()),
  actions: z.array(z.enum(ACTIONS)).describe('What this credential may do.'),
});

export const typeRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/entities',
    summary: 'The entities that this credential may reach, with their fields',
    tag: 'entities',
    permission: null,
    response: page(entityType),
    handler: async ({ layer, principal: { permissions } }) => {
      const types = [...layer.entities.values()].map((entity) => ({
        ...describeEntity(entity),
        fields: shownFields(entity),
        actions: ACTIONS.filter((action) => permissions.allows(entity.name, action)),
      }));
      return { items: types.filter(({ actions }) => actions.length > 0), next: null };
    },
  }),
];
