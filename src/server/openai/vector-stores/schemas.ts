import { z } from 'zod';

const key = z.string().min(1).max(64);

/** 16 at most, as OpenAI has it. */
export const metadata = z
  .record(key, z.string().max(512))
  .refine((given) => Object.keys(given).length <= 16, 'at most 16 keys');

export const attributes = z
  .record(key, z.union([z.string().max(512), z.number(), z.boolean()]))
  .refine((given) => Object.keys(given).length <= 16, 'at most 16 keys');

export const expiresAfter = z.strictObject({
  anchor: z.literal('last_active_at'),
  days: z.int().min(1).max(365),
});

export const chunkingStrategy = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto') }),
  z.strictObject({
    type: z.literal('static'),
    static: z
      .strictObject({
        max_chunk_size_tokens: z.int().min(100).max(4096),
        chunk_overlap_tokens: z.int().min(0),
      })
      .refine(
        ({ max_chunk_size_tokens, chunk_overlap_tokens }) =>
          chunk_overlap_tokens * 2 <= max_chunk_size_tokens,
        'chunk_overlap_tokens must not exceed half of max_chunk_size_tokens',
      ),
  }),
]);
export type ChunkingStrategy = z.output<typeof chunkingStrategy>;

export const fileIds = z.array(z.string().min(1).max(64)).min(1).max(500);
export const storeParams = z.object({ store: z.string().max(128) });
export const fileParams = z.object({ store: z.string().max(128), file: z.string().max(128) });
export const batchParams = z.object({ store: z.string().max(128), batch: z.string().max(128) });
