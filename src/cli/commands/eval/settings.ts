import { AquiferError } from '../../../errors/index.js';
import { SEARCH_MODES, type SearchMode } from '../../../search/index.js';

/** What is measured: all that a comparison can change. */
export interface EvalSettings {
  readonly modes: readonly SearchMode[];
  /** `<provider>:<name or folder>`; undefined for the configured model. */
  readonly model?: string;
  readonly fusion?: 'convex' | 'rrf';
  readonly fusionWeight?: number;
  /** `transformers:<folder or model>`, `cohere:<model>`, `jina:<model>`. */
  readonly rerank?: string;
  /** Passages that the reranker judges. */
  readonly rerankDepth?: number;
}

const CHANGES: Readonly<Record<string, (value: string) => Partial<EvalSettings>>> = {
  model: (model) => ({ model }),
  mode: (mode) => ({ modes: [oneOf(SEARCH_MODES, mode)] }),
  fusion: (fusion) => ({ fusion: oneOf(['convex', 'rrf'] as const, fusion) }),
  'fusion-weight': (weight) => ({ fusionWeight: share(weight) }),
  rerank: (rerank) => ({ rerank }),
};

/** Settings with one changed, as `fusion-weight=0.3` says, or `<provider>:<model>`. @throws AQF_ARGUMENT_INVALID */
export function changedSettings(settings: EvalSettings, change: string): EvalSettings {
  const [, name, value = ''] = /^([a-z-]+)=(.+)$/.exec(change) ?? [];
  if (name === undefined) return { ...settings, model: change };
  const apply = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
  if (!apply) {
    throw invalid(`There is no setting "${name}" to compare; there are ${Object.keys(CHANGES).join(', ')}.`);
  }
  return { ...settings, ...apply(value) };
}

/** A number from 0 to 1. @throws AQF_ARGUMENT_INVALID */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw invalid(`Expected a number from 0 to 1, got ${JSON.stringify(text)}.`);
}

function oneOf<const T extends string>(allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw invalid(`Expected ${allowed.join(' or ')}, got ${JSON.stringify(text)}.`);
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}
