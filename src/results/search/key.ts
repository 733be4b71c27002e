import { canonical, digest } from '../canonical.js';

/**
 * The name of a result set: of all results of a question, whichever page is asked for. The tenant is not in it, for it
 * is in the cache.
 * @param filters whatever else decides which results there are, and in which order: mode, filter, language, model
 * @throws AQF_ARGUMENT_INVALID for filters that no key can be made of
 */
export function createSearchResultCacheKey(query: string, filters: unknown = {}): string {
  return digest(canonical([query, filters]));
}
