import { z } from 'zod';
import { isPermission } from '../../accounts/index.js';
import { defined } from '../defined.js';
import { assertCovers, assertRoles } from '../granting.js';
import { defineRoute } from '../route.js';
import { date, moment, page } from '../schemas.js';

const tag = 'keys';
const path = '/api/keys';
const params = z.object({ id: z.string().min(1).max(200) });

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  createdAt: date,
  createdBy: z.string().nullable(),
  expiresAt: date.nullable(),
  revokedAt: date.nullable(),
  lastUsedAt: date.nullable().describe('To the minute.'),
  rotatedFrom: z.string().nullable(),
});

const createdKey = apiKey.extend({ key: z.string().describe('Shown this once.') });

export const keyRoutes = [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The API keys of the tenant, those that ended too',
    tag,
    permission: ['keys', 'read'],
    response: page(apiKey),
    handler: async ({ scope }) => ({ items: await scope.apiKeys.list(), next: null }),
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'Makes a key that allows no more than this credential',
    tag,
    permission: ['keys', 'create'],
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      roles: z
        .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:@/-]{0,127}$/u))
        .max(64)
        .optional(),
      permissions: z.array(z.string().refine(isPermission, 'must be entity:action')).max(256).optional(),
      expiresAt: moment.optional(),
    }),
    status: 201,
    response: createdKey,
    isSecret: true,
    handler: async ({ scope, principal, body }) => {
      assertRoles(principal, body.roles ?? []);
      return scope.apiKeys.create({ name: body.name, ...defined(body) }, principal.permissions);
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/{id}/rotate`,
    summary: 'Makes a key that allows the same; the old one goes on for the grace',
    tag,
    permission: ['keys', 'create'],
    params,
    body: z.strictObject({ graceHours: z.number().min(0).max(8760).default(24) }).prefault({}),
    status: 201,
    response: createdKey,
    isSecret: true,
    handler: async ({ scope, principal, params: { id }, body: { graceHours } }) => {
      assertCovers(principal, await scope.apiKeys.get(id));
      return scope.apiKeys.rotate(id, { graceMs: graceHours * 3_600_000 });
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Ends a key at once',
    tag,
    permission: ['keys', 'delete'],
    params,
    handler: async ({ scope, principal, params: { id }, request }) => {
      assertCovers(principal, await scope.apiKeys.get(id));
      await scope.apiKeys.revoke(id);
      request.server.authenticator.forget(id);
    },
  }),
];
