export { Maintenance } from './maintenance.js';
export type { MaintenanceReport, MaintenanceProblem } from './tasks.js';
