export { type ChromaOptions, DEFAULT_COLLECTION_NAME } from './options.js';
export { ChromaStore, openChromaStore } from './store.js';
