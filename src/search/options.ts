import { z } from 'zod';
import { AquiferError } from '../errors/index.js';
import { type CanonicalFilter, canonicalFilter, type Filter, parseFilter } from '../filters/index.js';
import { storable } from '../relational/index.js';
import type { Reranker } from '../rerank/index.js';
import { SEARCH_MODES, type SearchOptions } from './types.js';

const share = z.number().min(0).max(1);
const languageTag = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$/, 'must be a BCP 47 tag');

const optionsSchema = z.strictObject({
  mode: z.enum(SEARCH_MODES).default('hybrid'),
  snippets: z.boolean().default(true),
  limit: z.number().int().min(1).max(1000).optional(),
  // Checked by its own reader, whose errors name the path.
  filter: z.unknown().optional(),
  collections: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
  languages: z.array(languageTag).min(1).max(20).optional(),
  prefix: z.boolean().default(false),
  fuzzy: z.boolean().default(false),
  fusion: z.enum(['convex', 'rrf']).default('convex'),
  recall: share.min(0.5).default(0.98),
  perDocument: z.number().int().min(1).max(1000).optional(),
  neighbours: z.number().int().min(0).max(10).default(0),
  recency: z.strictObject({ halfLifeDays: z.number().positive().max(100_000), weight: share }).optional(),
  facets: z.array(z.string().min(1).max(128)).min(1).max(20).optional(),
  rerank: z
    .strictObject({
      with: z.custom<Reranker>((value) => typeof Object(value).rerank === 'function', 'must be a reranker'),
      depth: z.number().int().min(1).max(1000).optional(),
      onFailure: z.enum(['throw', 'keep-order']).optional(),
    })
    .optional(),
  diversity: z
    .strictObject({ lambda: share, depth: z.number().int().min(1).max(1000).optional() })
    .optional(),
  explain: z.boolean().default(false),
});

type Parsed = z.infer<typeof optionsSchema>;
export type ParsedOptions = Omit<Parsed, 'filter' | 'limit'> & {
  readonly limit: number;
  readonly filter: Filter | undefined;
  readonly canonical: CanonicalFilter | undefined;
};

const questionSchema = z.string().trim().min(1).max(10_000);

/** @throws AQF_ARGUMENT_INVALID */
export function parseSearch(
  question: string,
  options: SearchOptions,
  defaultLimit: number,
): { text: string; parsed: ParsedOptions } {
  const text = questionSchema.safeParse(question);
  if (!text.success) {
    throw new AquiferError('AQF_ARGUMENT_INVALID', 'A question must be 1 to 10,000 characters of text.');
  }
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `This search cannot run: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { filter: given, limit = defaultLimit, ...rest } = parsed.data;
  const filter = given === undefined ? undefined : parseFilter(given);
  return {
    text: storable(text.data),
    parsed: { ...rest, limit, filter, canonical: filter && canonicalFilter(filter) },
  };
}
