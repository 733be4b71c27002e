import { z } from 'zod';
import { isAquiferError } from '../../errors/index.js';
import { defineRoute } from '../route.js';
import { date } from '../schemas.js';

export const tenantRoutes = [
  defineRoute({
    method: 'GET',
    path: '/api/tenant',
    summary: 'The tenant of the credential',
    tag: 'tenant',
    permission: null,
    response: z.object({
      id: z.string(),
      name: z.string(),
      createdAt: date.nullable().describe('Null for a tenant that no operator has named.'),
      suspendedAt: date.nullable(),
    }),
    handler: async ({ layer, scope: { tenantId } }) => {
      try {
        return await layer.tenants.get(tenantId);
      } catch (error) {
        if (!isAquiferError(error, 'AQF_TENANT_NOT_FOUND')) throw error;
        return { id: tenantId, name: tenantId, createdAt: null, suspendedAt: null };
      }
    },
  }),
];
