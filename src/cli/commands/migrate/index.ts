import type { Command } from 'commander';
import { registerAdoption } from './adoption.js';
import { registerDown } from './down.js';
import { registerLint } from './lint.js';
import { registerMigrationStatus } from './status.js';
import { registerUp } from './up.js';

const NOTES = `
Without a command, up is run. createDataLayer does the same at its start unless relational.migrate says
otherwise. The tables of your application are migrated by its own tool; lint and adoption look over them.

Examples:
  aquifer migrate --dry-run               what would be applied, and whether it would work
  aquifer migrate down --to 9 --confirm   back to version 9, whatever that loses
  aquifer migrate lint ./drizzle          what would block or break a table in use`;

export function registerMigrate(program: Command, setExitCode: (code: number) => void): void {
  const migrate = program
    .command('migrate')
    .description('bring the schema up to date, look at it, or go back; check migrations of your own')
    .addHelpText('after', NOTES);
  registerUp(migrate);
  registerMigrationStatus(migrate, setExitCode);
  registerDown(migrate);
  registerLint(migrate, setExitCode);
  registerAdoption(migrate, setExitCode);
}
