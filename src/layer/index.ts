export { createDataLayer, type DataLayerOptions, type LayerExtensions, openDataLayer } from './create.js';
export { DataLayer } from './data-layer.js';
export { DbProvider } from './db-provider.js';
export { EMBEDDING_QUEUE } from './embedding-work.js';
export { openRelational } from './providers.js';
export { Scope } from './scope.js';
export { System } from './system.js';
