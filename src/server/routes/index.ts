import type { Route } from '../route.js';
import { documentRoutes } from './documents.js';
import { searchRoutes } from './search.js';
import { sessionRoutes } from './session.js';

/** Every route of ours that is described in OpenAPI. */
export const routes: readonly Route[] = [...sessionRoutes, ...searchRoutes, ...documentRoutes];
