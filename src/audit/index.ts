export { AuditTrail } from './audit-trail.js';
export type {
  AuditAnchor,
  AuditEntry,
  AuditFilter,
  AuditProblem,
  AuditRecord,
  AuditVerification,
} from './types.js';
