export { Maintenance } from './maintenance.js';
export type { MaintenanceReport, PurgeProblem } from './tasks.js';
