export { Collections } from './collections.js';
export { collectionName } from './input.js';
export type { Collection, CollectionSettings, NewCollection } from './types.js';
