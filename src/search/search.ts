import type { Embedder } from '../embeddings/index.js';
import {
  type RelationalProvider,
  type Row,
  storable,
  type TenantContext,
  type Transaction,
} from '../relational/index.js';
import { encodeVector } from '../vectors/index.js';
import { type FusedHit, fuse, type LegHit } from './fuse.js';
import { type ParsedOptions, parseSearch } from './options.js';
import { type PresentedChunk, presentHit } from './present.js';
import * as queries from './queries.js';
import type { SearchOptions, SearchResult } from './types.js';

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
  const { text, parsed } = parseSearch(question, options, deps.settings.defaultLimit);
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
      return chunk ? [presentHit(hit, chunk)] : [];
    });
  }

  async #lexicalLeg(): Promise<LegHit[]> {
    const { k1, b } = this.#deps.settings.lexical;
    return this.#leg(queries.LEXICAL_LEG, [this.#question, this.#depth, k1, b, this.#filter]);
  }

  async #semanticLeg(): Promise<LegHit[]> {
    const model = this.#deps.embedder.model.id;
    return this.#leg(queries.SEMANTIC_LEG, [this.#vector, model, this.#depth, this.#filter]);
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
