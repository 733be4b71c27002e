export { type BoundVectors, bindVectors } from '../bound-vectors.js';
export type { Searchable } from '../searchable.js';
export { AquiferRecordManager, type AquiferRecordManagerFields } from './record-manager.js';
export { AquiferRetriever, type AquiferRetrieverFields } from './retriever.js';
export type { DeleteParameters } from './selection.js';
export { type AddOptions, AquiferVectorStore, type AquiferVectorStoreFields } from './vector-store.js';
