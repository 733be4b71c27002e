import type { Command } from 'commander';
import type { FailedTurn, QueueFigures } from '../../../jobs/index.js';
import type { EmbeddingBacklog, EmbeddingFailure } from '../../../pipeline/index.js';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../../options.js';
import { plainLine } from '../../output/display-text.js';
import { formatDuration } from '../../output/duration.js';
import { formatTable } from '../../output/table.js';
import { withWorkplace } from './workplace.js';

interface ListOptions extends CommonOptions {
  readonly limit?: number;
  readonly retrying?: boolean;
}

interface Listed {
  readonly backlog: EmbeddingBacklog;
  readonly queue: QueueFigures;
  readonly failures: readonly EmbeddingFailure[];
  readonly turns: readonly FailedTurn[];
}

export function registerJobsList(jobs: Command): void {
  withCommonOptions(jobs.command('list'))
    .description('what waits, of all tenants; documents that were given up, and turns that failed')
    .option('-n, --limit <number>', 'failures to list (default: 100)', wholeNumber(1, 1000))
    .option('--retrying', 'also documents that failed and will be tried again')
    .action(async (options: ListOptions) => {
      const { limit = 100, retrying, tenant } = options;
      const listed = await withWorkplace(options, async ({ pipeline, queue }): Promise<Listed> => {
        const which = retrying ? 'all' : 'dead';
        return {
          backlog: await pipeline.backlog(),
          queue: await queue.figures(),
          failures: await pipeline.failures({
            which,
            limit,
            ...(tenant !== undefined && { tenantId: tenant }),
          }),
          turns: await queue.failed(limit),
        };
      });
      console.log(options.json ? JSON.stringify(listed) : format(listed));
    });
}

function format({ backlog, queue, failures, turns }: Listed): string {
  const facts = [
    ['documents that wait', String(backlog.documents)],
    ['of tenants', String(backlog.tenants)],
    ['the oldest since', formatDuration(backlog.oldestMs)],
    ['documents given up', String(backlog.dead)],
    ['turns in the queue', `${queue.waiting} waiting, ${queue.active} active, ${queue.delayed} delayed`],
  ];
  const parts = [formatTable(['embeddings', ''], facts)];
  if (failures.length > 0) {
    const rows = failures.map(({ tenantId, documentId, source, attempts, dead, reason }) => [
      tenantId,
      documentId,
      plainLine(source),
      dead ? `gave up after ${attempts}` : `failed ${attempts} times`,
      plainLine(reason),
    ]);
    parts.push(formatTable(['tenant', 'document', 'source', 'state', 'reason'], rows));
  }
  if (turns.length > 0) {
    const rows = turns.map(({ id, tenantId, attempts, reason }) => [
      id,
      tenantId,
      String(attempts),
      plainLine(reason),
    ]);
    parts.push(formatTable(['turn', 'tenant', 'attempts', 'reason'], rows));
  }
  return parts.join('\n\n');
}
