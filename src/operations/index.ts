export { type IndexFigures, Installation, type OutboxFigures, type ReplicaFigures } from './installation.js';
export {
  type FailurePage,
  type StoredFigures,
  type TenantBacklog,
  type TenantFailure,
  TenantFigures,
} from './tenant-figures.js';
