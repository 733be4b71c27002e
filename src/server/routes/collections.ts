import { z } from 'zod';
import type { CollectionSettings, NewCollection } from '../../collections/index.js';
import { defineRoute } from '../route.js';
import { date, page } from '../schemas.js';

const tag = 'collections';
const path = '/api/collections';
const roles = z.array(z.string().min(1).max(128)).min(1).max(100).nullable();

const settings = z.strictObject({
  language: z
    .string()
    .regex(/^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3})$/)
    .optional()
    .describe('BCP 47 tag of documents that do not say theirs; `auto` finds it.'),
  chunking: z
    .strictObject({
      maxTokens: z.int().min(16).max(8192).optional(),
      overlapTokens: z.int().min(0).max(4096).optional(),
    })
    .optional(),
  retentionDays: z.number().positive().max(100_000).nullable().optional(),
  readers: roles.optional().describe('Roles that may read; null for everyone.'),
  writers: roles.optional().describe('Roles that may write; null for everyone who reads.'),
});

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/);
const params = z.object({ name: z.string().min(1).max(128) });

const collection = z.object({
  name: z.string(),
  language: z.string(),
  chunking: z.object({ maxTokens: z.int().optional(), overlapTokens: z.int().optional() }),
  model: z.string().nullable(),
  retentionDays: z.number().nullable(),
  readers: z.array(z.string()).nullable(),
  writers: z.array(z.string()).nullable(),
  documents: z.int(),
  createdAt: date,
  updatedAt: date,
});

export const collectionRoutes = [
  defineRoute({
    method: 'GET',
    path,
    summary: 'The collections that may be read',
    tag,
    permission: ['collections', 'read'],
    response: page(collection),
    handler: async ({ scope }) => ({ items: await scope.collections.list(), next: null }),
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'Makes a collection',
    tag,
    permission: ['collections', 'create'],
    body: settings.extend({
      name,
      model: z
        .string()
        .regex(/^[a-z]+(:.{1,200})?$/)
        .nullable()
        .optional()
        .describe('`<provider>:<name>`; null for that of the server.'),
    }),
    status: 201,
    response: collection,
    handler: async ({ scope, body, reply }) => {
      const made = await scope.collections.create(body as NewCollection);
      reply.header('location', `${path}/${made.name}`);
      return made;
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/{name}`,
    summary: 'One collection',
    tag,
    permission: ['collections', 'read'],
    params,
    response: collection,
    handler: async ({ scope, params: { name: wanted } }) => scope.collections.get(wanted),
  }),
  defineRoute({
    method: 'PATCH',
    path: `${path}/{name}`,
    summary: 'Changes a collection; language and chunking hold for what is added from then on',
    tag,
    permission: ['collections', 'update'],
    params,
    body: settings,
    response: collection,
    handler: async ({ scope, params: { name: wanted }, body }) =>
      scope.collections.update(wanted, body as CollectionSettings),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{name}`,
    summary: 'Removes a collection with its documents',
    tag,
    permission: ['collections', 'delete'],
    params,
    handler: async ({ scope, params: { name: wanted } }) => scope.collections.delete(wanted),
  }),
];
