import { z } from 'zod';
import { isHttpUrl } from '../url.js';
import { settingRegistry, wholeNumber } from './setting.js';

export const embeddings = z.strictObject({
  model: z
    .string()
    .regex(/^(builtin|(openai|ollama|transformers):\S.*)$/)
    .default('builtin')
    .register(settingRegistry, {
      kind: 'text',
      description:
        'Model that texts are embedded with: `builtin`, `openai:<name>` (any endpoint that speaks as OpenAI does), `ollama:<name>`, `transformers:<folder or name on the hub>`.',
      allowed: 'builtin, openai:<name>, ollama:<name> or transformers:<folder or name>',
      variables: ['AQUIFER_EMBEDDINGS_MODEL'],
    }),
  baseUrl: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description:
        'Where the provider answers. Not set: `https://api.openai.com/v1` for `openai`, `http://127.0.0.1:11434` for `ollama`.',
      allowed: 'http://host:port/v1 or https://host/v1',
      variables: ['AQUIFER_EMBEDDINGS_BASE_URL'],
    }),
  apiKey: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description:
        'Key that the provider asks for. Not set: `OPENAI_API_KEY`, for `https://api.openai.com` and nowhere else.',
      allowed: 'a text',
      variables: ['AQUIFER_EMBEDDINGS_API_KEY'],
    }),
  dimensions: z
    .int()
    .min(1)
    .max(16_000)
    .optional()
    .register(settingRegistry, {
      kind: 'number',
      description:
        'Length of the vectors: of a model that Aquifer does not know, or shorter ones where the model can make them.',
      allowed: 'a whole number from 1 to 16000',
      variables: ['AQUIFER_EMBEDDINGS_DIMENSIONS'],
    }),
  maxTokens: z
    .int()
    .min(16)
    .max(1_000_000)
    .optional()
    .register(settingRegistry, {
      kind: 'number',
      description:
        'Tokens that a window may hold; longer texts become several windows. Not set: what the model reads.',
      allowed: 'a whole number from 16 to 1000000',
      variables: ['AQUIFER_EMBEDDINGS_MAX_TOKENS'],
    }),
  timeoutMs: wholeNumber({
    min: 100,
    max: 3_600_000,
    default: 30_000,
    description: 'Milliseconds that one request to the provider may take.',
    variables: ['AQUIFER_EMBEDDINGS_TIMEOUT_MS'],
  }),
  maxConcurrency: wholeNumber({
    min: 1,
    max: 1000,
    default: 4,
    description: 'Requests to the provider under way at once.',
    variables: ['AQUIFER_EMBEDDINGS_MAX_CONCURRENCY'],
  }),
  batchTexts: wholeNumber({
    min: 1,
    max: 10_000,
    default: 128,
    description: 'Texts in one request to the provider.',
    variables: ['AQUIFER_EMBEDDINGS_BATCH_TEXTS'],
  }),
  batchTokens: wholeNumber({
    min: 16,
    max: 10_000_000,
    default: 32_000,
    description: 'Tokens in one request to the provider, about.',
    variables: ['AQUIFER_EMBEDDINGS_BATCH_TOKENS'],
  }),
  retries: wholeNumber({
    min: 0,
    max: 100,
    default: 4,
    description: 'How often a request that failed is sent again.',
    variables: ['AQUIFER_EMBEDDINGS_RETRIES'],
  }),
  rateLimitWaitMs: wholeNumber({
    min: 0,
    max: 86_400_000,
    default: 60_000,
    description:
      'Milliseconds that a call waits in all because the provider answers 429; beyond, it is an error that says how long to wait.',
    variables: ['AQUIFER_EMBEDDINGS_RATE_LIMIT_WAIT_MS'],
  }),
});
