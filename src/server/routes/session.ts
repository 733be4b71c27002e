import { z } from 'zod';
import { defineRoute } from '../route.js';
import { date } from '../schemas.js';

export const sessionRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/session',
    summary: 'Who asks, as the credential tells',
    tag: 'session',
    permission: null,
    response: z.object({
      tenantId: z.string(),
      actorId: z.string(),
      roles: z.array(z.string()),
      permissions: z.array(z.string()),
      expiresAt: date.nullable(),
    }),
    handler: async ({ principal: { tenantId, actorId, roles, permissions, expiresAt } }) => ({
      tenantId,
      actorId,
      roles,
      permissions: permissions.toJSON(),
      expiresAt: expiresAt ?? null,
    }),
  }),
];
