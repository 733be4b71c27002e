import { rowRoutes } from './rows.js';
import { typeRoutes } from './types.js';

export const entityRoutes = [...typeRoutes, ...rowRoutes];
