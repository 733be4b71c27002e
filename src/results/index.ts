export {
  type CachedReads,
  CachedRepository,
  cachedRepository,
  type RepositoryFigures,
} from './repository/cached-repository.js';
export type { CachedReadOptions } from './repository/read-plan.js';
