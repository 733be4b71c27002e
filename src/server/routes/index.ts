import type { Route } from '../route.js';
import { auditRoutes } from './audit.js';
import { collectionRoutes } from './collections.js';
import { documentPartRoutes } from './document-parts.js';
import { documentRoutes } from './documents.js';
import { entityRoutes } from './entities/index.js';
import { jobRoutes } from './jobs.js';
import { keyRoutes } from './keys.js';
import { operationRoutes } from './operations.js';
import { overviewRoutes } from './overview.js';
import { retrieveRoutes } from './retrieve.js';
import { searchRoutes } from './search.js';
import { sessionRoutes } from './session.js';
import { tenantRoutes } from './tenant.js';
import { uploadRoutes } from './uploads.js';
import { usageRoutes } from './usage.js';

/** Every route of ours: what the client is generated from. Those of OpenAI's API have clients of their own. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...overviewRoutes,
  ...searchRoutes,
  ...retrieveRoutes,
  ...collectionRoutes,
  ...documentRoutes,
  ...documentPartRoutes,
  ...uploadRoutes,
  ...entityRoutes,
  ...auditRoutes,
  ...usageRoutes,
  ...jobRoutes,
  ...tenantRoutes,
  ...keyRoutes,
  ...operationRoutes,
];
