export { openChromaStore, type TenantsVectorStore } from './open.js';
export { type ChromaOptions, DEFAULT_COLLECTION_NAME } from './options.js';
