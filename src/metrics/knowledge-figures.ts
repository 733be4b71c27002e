import type { UsageTotals } from '../embeddings/index.js';
import type { EmbeddingBacklog } from '../pipeline/index.js';
import type { SearchFigures } from '../search/index.js';
import type { CollectionFigures } from '../vectors/index.js';
import type { RecallEstimate } from './recall.js';

/** Indexes of vectors that this process built. */
export interface IndexBuildFigures {
  readonly built: number;
  readonly failed: number;
  /** Of those that were built, in all. */
  readonly seconds: number;
  /** Of the last one; undefined before the first. */
  readonly lastSeconds: number | undefined;
}

/** What a data layer knows of its search, vectors and embedding. */
export interface KnowledgeFigures {
  /** Of this process, as are `usage` and `indexBuilds`. */
  readonly searches: SearchFigures;
  readonly usage: readonly UsageTotals[];
  readonly indexBuilds: IndexBuildFigures;
  /** Of all tenants, by collection and model. */
  readonly vectors: readonly CollectionFigures[];
  readonly backlog: EmbeddingBacklog;
  /** A space each, the worst first. */
  readonly recall: readonly RecallEstimate[];
}

/** Whatever tells them. What the database has to be asked for is a promise. */
export interface KnowledgeSource {
  searches(): SearchFigures;
  /** Since the start of this process. */
  usage(): readonly UsageTotals[];
  indexBuilds(): IndexBuildFigures;
  /** Of all tenants. */
  vectors(): Promise<readonly CollectionFigures[]>;
  backlog(): Promise<EmbeddingBacklog>;
  recall(): Promise<readonly RecallEstimate[]>;
}

export async function knowledgeFigures(source: KnowledgeSource): Promise<KnowledgeFigures> {
  const [vectors, backlog, recall] = await Promise.all([source.vectors(), source.backlog(), source.recall()]);
  return {
    searches: source.searches(),
    usage: source.usage(),
    indexBuilds: source.indexBuilds(),
    vectors,
    backlog,
    recall,
  };
}
