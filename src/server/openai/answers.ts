import { z } from 'zod';

/** What is answered below `/v1`, as OpenAI's clients read it: for the OpenAPI document. */

const unixSeconds = z.int().describe('Seconds since 1970.');

/** An error as OpenAI's clients read it. */
export const errorAnswer = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable().describe('Which part of the request it is about.'),
    code: z.string().nullable().describe('OpenAI’s where it has one, else AQF_….'),
  }),
});

export const modelAnswer = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: unixSeconds,
  owned_by: z.string(),
});
export const modelsAnswer = z.object({ object: z.literal('list'), data: z.array(modelAnswer) });

export const embeddingsAnswer = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z
        .union([z.array(z.number()), z.string()])
        .describe('As base64: 32-bit numbers, little-endian.'),
    }),
  ),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});

export const fileAnswer = z.object({
  id: z.string(),
  object: z.literal('file'),
  bytes: z.number(),
  created_at: unixSeconds,
  filename: z.string(),
  purpose: z.string(),
  status: z.literal('processed'),
  expires_at: unixSeconds.optional(),
});

export const counts = z.object({
  in_progress: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  total: z.int(),
});

export const storeAnswer = z.object({
  id: z.string(),
  object: z.literal('vector_store'),
  created_at: unixSeconds,
  name: z.string(),
  usage_bytes: z.number(),
  file_counts: counts,
  status: z.enum(['in_progress', 'completed', 'expired']),
  expires_after: z.object({ anchor: z.literal('last_active_at'), days: z.int() }).optional(),
  expires_at: unixSeconds.nullable(),
  last_active_at: unixSeconds,
  metadata: z.record(z.string(), z.string()),
});

const shownAttributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const storeFileAnswer = z.object({
  id: z.string(),
  object: z.literal('vector_store.file'),
  created_at: unixSeconds,
  usage_bytes: z.number(),
  vector_store_id: z.string(),
  status: z.enum(['in_progress', 'completed', 'failed', 'cancelled']),
  last_error: z.object({ code: z.string(), message: z.string() }).nullable(),
  attributes: shownAttributes,
});

export const batchAnswer = z.object({
  id: z.string(),
  object: z.literal('vector_store.files_batch'),
  created_at: unixSeconds,
  vector_store_id: z.string(),
  status: z.enum(['in_progress', 'completed', 'cancelled']),
  file_counts: counts,
});

const text = z.array(z.object({ type: z.literal('text'), text: z.string() }));
const onlyPage = { has_more: z.literal(false), next_page: z.null() };

export const contentAnswer = z.object({
  object: z.literal('vector_store.file_content.page'),
  data: text,
  ...onlyPage,
});

export const foundAnswer = z.object({
  object: z.literal('vector_store.search_results.page'),
  search_query: z.array(z.string()),
  data: z.array(
    z.object({
      file_id: z.string(),
      filename: z.string(),
      score: z.number(),
      attributes: shownAttributes,
      content: text,
    }),
  ),
  ...onlyPage,
});

/** A page of a list. */
export function listAnswer<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

export function deletedAnswer(object: string) {
  return z.object({ id: z.string(), object: z.literal(object), deleted: z.literal(true) });
}
