import type { SearchMode, SearchRequest } from '../../api/search.js';
import { navigate, placeOf, usePlace } from '../../shell/place.js';
import { type Condition, filterOf, isWhole } from './conditions.js';

/** What is asked for, as the address of the page has it: a search can be linked to. */
export interface SearchState {
  readonly question: string;
  readonly mode: SearchMode;
  readonly limit: number;
  readonly collections: readonly string[];
  readonly conditions: readonly Condition[];
  readonly prefix: boolean;
  readonly fuzzy: boolean;
}

export const MODES: readonly SearchMode[] = ['hybrid', 'lexical', 'semantic'];
export const LIMITS = [10, 25, 50, 100];
const DEFAULT_LIMIT = 10;

export function useSearchState(): readonly [SearchState, (part: Partial<SearchState>) => void] {
  const { query } = usePlace();
  const state = readState(query);
  return [state, (part) => navigate(addressOf({ ...state, ...part }), 'replace')];
}

function readState(query: URLSearchParams): SearchState {
  const limit = Number(query.get('limit'));
  return {
    question: query.get('q') ?? '',
    mode: MODES.find((mode) => mode === query.get('mode')) ?? 'hybrid',
    limit: LIMITS.includes(limit) ? limit : DEFAULT_LIMIT,
    collections: query.getAll('in'),
    conditions: readConditions(query.get('filter')),
    prefix: query.has('prefix'),
    fuzzy: query.has('fuzzy'),
  };
}

function readConditions(text: string | null): readonly Condition[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? (parsed as Condition[]) : [];
  } catch {
    return [];
  }
}

function addressOf({ question, mode, limit, collections, conditions, prefix, fuzzy }: SearchState): string {
  const path = placeOf(['search'], {
    q: question,
    mode: mode === 'hybrid' ? '' : mode,
    limit: limit === DEFAULT_LIMIT ? '' : String(limit),
    filter: conditions.length === 0 ? '' : JSON.stringify(conditions),
    prefix: prefix ? 'yes' : '',
    fuzzy: fuzzy ? 'yes' : '',
  });
  const names = collections.map((name) => `in=${encodeURIComponent(name)}`).join('&');
  if (names === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${names}`;
}

export function requestOf({ question, collections, conditions, ...rest }: SearchState): SearchRequest {
  const whole = conditions.filter(isWhole);
  return {
    ...rest,
    question: question.trim(),
    explain: true,
    ...(collections.length > 0 && { collections }),
    ...(whole.length > 0 && { filter: filterOf(whole) }),
  };
}
