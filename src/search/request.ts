import type { EmbeddingModel } from '../embeddings/index.js';
import type { ParsedOptions } from './options.js';
import { wantedResults } from './reorder.js';
import type { SearchSettings } from './settings.js';

/** Items each leg contributes to the fusion, unless more results are asked for. */
export const LEG_DEPTH = 100;

function legDepth(limit: number): number {
  return Math.max(LEG_DEPTH, limit);
}

/** What the search function of the database is asked. */
export function requestOf(
  question: string,
  parsed: ParsedOptions,
  { id, fusionWeight, similarityRange = [0, 1] }: EmbeddingModel,
  settings: SearchSettings,
): Record<string, unknown> {
  const { canonical, filter: _, rerank: __, diversity, limit: ___, ...asked } = parsed;
  const limit = wantedResults(parsed);
  return {
    ...asked,
    ...settings.lexical,
    question,
    limit,
    depth: legDepth(limit),
    model: id,
    weight: settings.fusionWeight ?? fusionWeight,
    low: similarityRange[0],
    high: similarityRange[1],
    filter: canonical ?? null,
    vectors: diversity !== undefined,
  };
}
