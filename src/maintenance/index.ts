export { Maintenance } from './maintenance.js';
export type { MaintenanceProblem, MaintenanceReport } from './tasks.js';
