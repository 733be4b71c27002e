import { z } from 'zod';
import { isHttpUrl } from '../url.js';
import { settingRegistry, wholeNumber } from './setting.js';

export const chat = z.strictObject({
  baseUrl: z
    .string()
    .refine(isHttpUrl)
    .optional()
    .register(settingRegistry, {
      kind: 'url',
      description:
        'Where an OpenAI-compatible endpoint answers questions; `/chat/completions` is added to it. Not set: there are no answers, only search.',
      allowed: 'http://host:port/v1 or https://host/v1',
      variables: ['AQUIFER_CHAT_BASE_URL'],
    }),
  apiKey: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'secret',
      description: 'Key that the endpoint asks for.',
      allowed: 'a text',
      variables: ['AQUIFER_CHAT_API_KEY'],
    }),
  model: z
    .string()
    .min(1)
    .optional()
    .register(settingRegistry, {
      kind: 'text',
      description: 'Model that answers, by the name that the endpoint gives it.',
      allowed: 'a text',
      variables: ['AQUIFER_CHAT_MODEL'],
    }),
  timeoutMs: wholeNumber({
    min: 100,
    max: 3_600_000,
    default: 60_000,
    description: 'Milliseconds that one try of an answer may take.',
    variables: ['AQUIFER_CHAT_TIMEOUT_MS'],
  }),
});
