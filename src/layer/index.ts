export { createDataLayer, type DataLayerOptions, openDataLayer } from './create.js';
export { DataLayer } from './data-layer.js';
export { Scope } from './scope.js';
