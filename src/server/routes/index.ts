import type { Route } from '../route.js';
import { auditRoutes } from './audit.js';
import { documentRoutes } from './documents.js';
import { entityRoutes } from './entities/index.js';
import { overviewRoutes } from './overview.js';
import { searchRoutes } from './search.js';
import { sessionRoutes } from './session.js';
import { usageRoutes } from './usage.js';

/** Every route of ours that is described in OpenAPI. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...overviewRoutes,
  ...searchRoutes,
  ...documentRoutes,
  ...entityRoutes,
  ...auditRoutes,
  ...usageRoutes,
];
