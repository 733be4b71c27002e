import { z } from 'zod';
import { isHttpUrl } from '../url.js';
import { choice, settingRegistry } from './setting.js';

const chroma = z.strictObject({
  url: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description: 'Address of the Chroma server.',
      allowed: 'http://host:8000 or https://host',
      variables: ['AQUIFER_VECTORS_CHROMA_URL', 'VECTOR_DB_URL'],
    }),
  token: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description: 'Token that the Chroma server asks for.',
      allowed: 'a text',
      variables: ['AQUIFER_VECTORS_CHROMA_TOKEN', 'VECTOR_DB_API_KEY'],
    }),
  collectionName: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9][\w{}-]*$/)
    .includes('{tenant}')
    .default('aquifer_{tenant}_{space}_{model}')
    .register(settingRegistry, {
      kind: 'text',
      description:
        'What collections of Chroma are called. Without `{space}` or `{model}`, a tenant has one space or one model; a second one is refused.',
      allowed:
        'letters, digits, - and _ with {tenant}, and {space} and {model} with _ between them, such as creator_{tenant}_knowledge',
      variables: ['AQUIFER_VECTORS_CHROMA_COLLECTION_NAME'],
    }),
});

export const vectors = z.strictObject({
  store: choice(['pgvector', 'chromadb'], 'pgvector', {
    description:
      'Where vectors live: `pgvector` (in the relational database) or `chromadb` (a Chroma server). See vector-stores.md.',
    variables: ['AQUIFER_VECTORS_STORE', 'VECTOR_DB_PROVIDER'],
  }),
  chroma: chroma.prefault({}),
});
