import type { Command } from 'commander';
import { registerJobsList } from './list.js';
import { registerRequeue } from './requeue.js';
import { registerRetry } from './retry.js';
import { registerRun } from './run.js';

const NOTES = `
What is to be embedded stands in the database; the queue tells whose turn it is.

Examples:
  aquifer jobs list                  what waits, what failed, and why
  aquifer jobs requeue --all         try every document again that was given up
  aquifer jobs run                   embed what waits, here and now`;

export function registerJobs(program: Command): void {
  const jobs = program
    .command('jobs')
    .description('what waits to be embedded, and what failed')
    .addHelpText('after', NOTES);
  registerJobsList(jobs);
  registerRetry(jobs);
  registerRequeue(jobs);
  registerRun(jobs);
}
