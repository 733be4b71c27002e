/**
 * Conformance suites for providers of your own. They use Vitest, which the package that runs them installs.
 */
export { cacheStoreConformance } from '../cache/store/conformance.js';
export { embedderConformance } from '../embeddings/conformance.js';
export { relationalConformance } from '../relational/conformance.js';
export {
  MemoryVectorStore,
  type VectorStoreFixture,
  vectorStoreConformance,
} from '../vectors/conformance.js';
