export type { Housekeeping } from './housekeeping.js';
export { Maintenance } from './maintenance.js';
export type { MaintenanceProblem, MaintenanceReport } from './tasks.js';
