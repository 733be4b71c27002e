import { branchRoutes } from './branches.js';
import { historyRoutes } from './history.js';
import { rowRoutes } from './rows.js';
import { entitySearchRoutes } from './search.js';
import { typeRoutes } from './types.js';

export const entityRoutes = [
  ...typeRoutes,
  ...rowRoutes,
  ...entitySearchRoutes,
  ...historyRoutes,
  ...branchRoutes,
];
