export {
  type SeedEmbeddingService,
  type SeedEmbeddingServiceFields,
  type SeedEmbeddings,
  seedEmbeddingService,
} from './embedding-service.js';
export {
  type FoundEmbedding,
  type SeedVectorStore,
  type SeedVectorStoreFields,
  seedVectorStore,
  type UserVectorStore,
} from './vector-store.js';
