import { type Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, withCommonOptions } from '../../options.js';
import { withWorkplace } from './workplace.js';

interface RequeueOptions extends CommonOptions {
  readonly all?: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function registerRequeue(jobs: Command): void {
  withCommonOptions(jobs.command('requeue'))
    .description('try documents that failed again, with all their attempts: one, or those of the tenant')
    .argument('[document]', 'id of a document, as jobs list shows it', uuid)
    .option('--all', 'those of every tenant')
    .action(async (documentId: string | undefined, options: RequeueOptions) => {
      const requeued = await withWorkplace(options, ({ pipeline, tenantId }) =>
        pipeline.requeue({
          ...(!options.all && { tenantId }),
          ...(documentId !== undefined && { documentId }),
        }),
      );
      if (options.json) console.log(JSON.stringify({ requeued }));
      else console.log(`${requeued} document${requeued === 1 ? ' is' : 's are'} tried again.`);
    });
}

function uuid(text: string): string {
  if (UUID.test(text)) return text;
  throw new InvalidArgumentError('Expected the id of a document.');
}
