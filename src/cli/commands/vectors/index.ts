import type { Command } from 'commander';
import { registerMigrateVectors } from './migrate.js';

export function registerVectors(program: Command, setExitCode: (code: number) => void): void {
  const vectors = program.command('vectors').description('vectors and the stores that keep them');
  registerMigrateVectors(vectors, setExitCode);
}
