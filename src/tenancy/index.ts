export { type ScopeOptions, tenantContext } from './scope-context.js';
