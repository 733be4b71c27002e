import { batchRoutes } from './batch-routes.js';
import { storeFileRoutes } from './file-routes.js';
import { storeSearchRoutes } from './search-routes.js';
import { storeRoutes } from './store-routes.js';

export { VectorStores } from './stores.js';
export const vectorStoreRoutes = [...storeRoutes, ...storeFileRoutes, ...batchRoutes, ...storeSearchRoutes];
