import { z } from 'zod';
import { isHttpUrl, isRedisUrl } from '../url.js';
import { choice, settingRegistry } from './setting.js';

export const vectors = z.strictObject({
  provider: choice(['pgvector', 'chroma'], 'pgvector', {
    description: 'Where vectors live: `pgvector` (in the relational database) or `chroma` (a Chroma server).',
    variables: ['AQUIFER_VECTORS_PROVIDER', 'VECTOR_DB_PROVIDER'],
    later: true,
  }),
  url: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Address of the Chroma server.',
      allowed: 'http://host:8000 or https://host',
      variables: ['AQUIFER_VECTORS_URL', 'VECTOR_DB_URL'],
      later: true,
    }),
  apiKey: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description: 'Key that the Chroma server asks for.',
      allowed: 'a text',
      variables: ['AQUIFER_VECTORS_API_KEY', 'VECTOR_DB_API_KEY'],
      later: true,
    }),
});

export const redis = z.strictObject({
  url: z
    .string()
    .refine(isRedisUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Connection URL of the Redis server for the shared cache and the job queue.',
      allowed:
        'redis://user:password@host:6379/0, or rediss:// for TLS, with special characters of the password percent-encoded',
      variables: ['AQUIFER_REDIS_URL', 'REDIS_URL'],
      later: true,
    }),
});
