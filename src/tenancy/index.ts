export { type ScopeOptions, systemContext, tenantContext } from './scope-context.js';
