import type { Command } from 'commander';
import { registerChange } from './change.js';

export function registerModels(program: Command): void {
  const models = program.command('models').description('the embedding model of a collection');
  registerChange(models);
}
