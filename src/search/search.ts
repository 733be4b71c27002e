import { z } from 'zod';
import type { Section } from '../chunking/index.js';
import type { Embedder } from '../embeddings/index.js';
import { AquiferError } from '../errors/index.js';
import {
  type RelationalProvider,
  type Row,
  storable,
  type TenantContext,
  type Transaction,
} from '../relational/index.js';
import { encodeVector } from '../vectors/index.js';
import { type FusedHit, fuse, type LegHit } from './fuse.js';
import * as queries from './queries.js';
import { matchOffsets, parseHeadline } from './snippet.js';
import { SEARCH_MODES, type SearchOptions, type SearchResult } from './types.js';

/** Parameters of the ranking. */
export interface SearchSettings {
  /** BM25: `k1` saturates a term's frequency, `b` (0 to 1) discounts long chunks. */
  readonly lexical: { readonly k1: number; readonly b: number };
  /** Weight of the semantic leg; default is the model's own. */
  readonly fusionWeight?: number | undefined;
  /** Results where the call does not say. */
  readonly defaultLimit: number;
}

export interface SearchDependencies {
  readonly relational: RelationalProvider;
  readonly embedder: Embedder;
  readonly settings: SearchSettings;
}

/** Chunks each leg contributes to the fusion, unless more results are asked for. */
const LEG_DEPTH = 100;
/** Windows whose exact similarity is computed for each chunk a leg returns. */
const WINDOWS_A_CHUNK = 10;

const optionsSchema = z.strictObject({
  mode: z.enum(SEARCH_MODES).default('hybrid'),
  snippets: z.boolean().default(true),
  limit: z.number().int().min(1).max(1000).optional(),
  filter: z
    // A record would pass over this key, and with it the condition.
    .custom<object>((filter) => !Object.hasOwn(Object(filter), '__proto__'), '__proto__ cannot be a key')
    .pipe(z.record(z.string().min(1).max(128), z.union([z.string().max(8192), z.number(), z.boolean()])))
    .optional(),
});
type ParsedOptions = z.infer<typeof optionsSchema> & { limit: number };
const questionSchema = z.string().trim().min(1).max(10_000);

/**
 * Ranks the chunks of the tenant's documents for a question.
 * @throws AQF_ARGUMENT_INVALID for an empty or overlong question and for unknown options
 */
export async function search(
  deps: SearchDependencies,
  context: TenantContext,
  question: string,
  options: SearchOptions = {},
): Promise<SearchResult[]> {
  const { text, parsed } = parse(question, options, deps.settings.defaultLimit);
  const vector = parsed.mode === 'lexical' ? undefined : encodeVector(await deps.embedder.embedQuery(text));
  return deps.relational.transaction(context, async (tx) => {
    const run = new SearchRun(tx, deps, text, vector, parsed);
    return run.present((await run.rank()).slice(0, parsed.limit));
  });
}

/** One search within one transaction, so that both legs and the presentation see the same rows. */
class SearchRun {
  readonly #tx: Transaction;
  readonly #deps: SearchDependencies;
  readonly #question: string;
  readonly #vector: Uint8Array | undefined;
  readonly #options: ParsedOptions;

  constructor(
    tx: Transaction,
    deps: SearchDependencies,
    question: string,
    vector: Uint8Array | undefined,
    options: ParsedOptions,
  ) {
    this.#tx = tx;
    this.#deps = deps;
    this.#question = question;
    this.#vector = vector;
    this.#options = options;
  }

  async rank(): Promise<FusedHit[]> {
    const { mode } = this.#options;
    const lexical = mode === 'semantic' ? [] : await this.#lexicalLeg();
    if (mode === 'lexical') return lexical.map((hit) => ({ ...hit, lexical: hit.score, semantic: null }));
    const semantic = await this.#semanticLeg();
    if (mode === 'semantic') return semantic.map((hit) => ({ ...hit, lexical: null, semantic: hit.score }));

    const others = await this.#similarities(missingFrom(semantic, lexical));
    const weight = this.#deps.settings.fusionWeight ?? this.#deps.embedder.model.fusionWeight;
    return fuse(lexical, [...semantic, ...others], weight);
  }

  async present(hits: readonly FusedHit[]): Promise<SearchResult[]> {
    if (hits.length === 0) return [];
    const ids = hits.map(({ chunkId }) => chunkId);
    const { rows } = await this.#tx.query<PresentedChunk>(queries.PRESENT_CHUNKS, [
      ids,
      this.#question,
      this.#options.snippets,
    ]);
    const chunks = new Map(rows.map((row) => [row.chunkId, row]));
    return hits.flatMap((hit) => {
      const chunk = chunks.get(hit.chunkId);
      return chunk ? [resultOf(hit, chunk)] : [];
    });
  }

  async #lexicalLeg(): Promise<LegHit[]> {
    const { k1, b } = this.#deps.settings.lexical;
    return this.#leg(queries.LEXICAL_LEG, [this.#question, this.#depth, k1, b, this.#filter]);
  }

  async #semanticLeg(): Promise<LegHit[]> {
    const model = this.#deps.embedder.model.id;
    const windows = this.#depth * WINDOWS_A_CHUNK;
    return this.#leg(queries.SEMANTIC_LEG, [this.#vector, model, this.#depth, this.#filter, windows]);
  }

  /** Of chunks that only the lexical leg found: a chunk is judged by both. */
  async #similarities(chunkIds: readonly number[]): Promise<LegHit[]> {
    if (chunkIds.length === 0) return [];
    return this.#leg(queries.SIMILARITIES, [this.#vector, this.#deps.embedder.model.id, chunkIds]);
  }

  async #leg(sql: string, params: readonly unknown[]): Promise<LegHit[]> {
    return (await this.#tx.query<LegHit & Row>(sql, params)).rows;
  }

  get #depth(): number {
    return Math.max(LEG_DEPTH, this.#options.limit);
  }

  get #filter(): string | null {
    return this.#options.filter ? JSON.stringify(storable(this.#options.filter)) : null;
  }
}

/** Chunks among `hits` that are not among `known`. */
function missingFrom(known: readonly LegHit[], hits: readonly LegHit[]): number[] {
  const found = new Set(known.map(({ chunkId }) => chunkId));
  return hits.map(({ chunkId }) => chunkId).filter((chunkId) => !found.has(chunkId));
}

interface PresentedChunk
  extends Row,
    Omit<SearchResult, 'snippet' | 'score' | 'scores' | 'page' | 'headingPath'> {
  readonly chunkId: number;
  readonly headline: string;
  readonly sections: readonly Section[];
}

function resultOf(hit: FusedHit, { chunkId: _, headline, sections, ...chunk }: PresentedChunk): SearchResult {
  const { score, lexical, semantic } = hit;
  const section = bestSection(sections, matchOffsets(headline, chunk.content), chunk.start);
  const place = { page: section?.page ?? null, headingPath: section?.headingPath ?? [] };
  return { ...chunk, ...place, snippet: parseHeadline(headline), score, scores: { lexical, semantic } };
}

/** The section with the most matches; the first of several, and the first of all without any. */
function bestSection(
  sections: readonly Section[],
  matches: readonly number[],
  chunkStart: number,
): Section | undefined {
  const counts = new Map<Section | undefined, number>();
  for (const match of matches) {
    const section = sections.findLast(({ start }) => start <= chunkStart + match);
    counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? sections[0];
}

function parse(
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
  return { text: storable(text.data), parsed: { ...parsed.data, limit: parsed.data.limit ?? defaultLimit } };
}
