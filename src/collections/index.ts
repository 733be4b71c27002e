export { Collections } from './collections.js';
export type { Collection, CollectionSettings, NewCollection } from './types.js';
