import { type Command, Option } from 'commander';
import { ModelChange, type ModelChangeStatus } from '../../../pipeline/index.js';
import { type CommonOptions, withCommonOptions } from '../../options.js';
import { formatTable } from '../../output/table.js';
import { untilEmbedded } from '../jobs/until-embedded.js';
import { type Workplace, withWorkplace } from '../jobs/workplace.js';

interface ChangeOptions extends CommonOptions {
  readonly collection?: string;
  readonly to?: string;
  readonly run?: boolean;
  readonly status?: boolean;
  readonly swap?: boolean;
  readonly rollback?: boolean;
  readonly finish?: boolean;
}

const NOTES = `
Search stays with the old model until --swap, and --rollback brings it back until --finish.

Examples:
  aquifer models change --to openai:text-embedding-3-small         begin; workers fill the new vectors
  aquifer models change --to transformers:./models/bge --run       begin, and fill them here
  aquifer models change --status                                   how far it is
  aquifer models change --swap                                     search with the new model from now on`;

/** Of these one at a time. */
const STEPS = ['to', 'status', 'swap', 'rollback', 'finish'];

export function registerChange(models: Command): void {
  const change = withCommonOptions(models.command('change'))
    .description('give a collection another embedding model while it is searched')
    .option('-c, --collection <name>', 'the collection (default: "default")')
    .option('--run', 'with --to: fill the vectors of the new model here, to the end')
    .addHelpText('after', NOTES);
  const described = {
    to: ['--to <model>', 'begin, or go on'],
    status: ['--status', 'how far it is (the default)'],
    swap: ['--swap', 'search with the new model'],
    rollback: ['--rollback', 'search with the old model again; before the swap, give up the new one'],
    finish: ['--finish', 'remove the vectors of the old model'],
  } as const;
  for (const [name, [flags, description]] of Object.entries(described)) {
    change.addOption(new Option(flags, description).conflicts(STEPS.filter((other) => other !== name)));
  }
  change.action(async (options: ChangeOptions) => {
    const status = await withWorkplace(options, (workplace) => step(workplace, options));
    console.log(options.json ? JSON.stringify(status) : format(status));
  });
}

async function step(workplace: Workplace, options: ChangeOptions): Promise<ModelChangeStatus> {
  const change = new ModelChange(workplace, workplace.tenantId, options.collection);
  if (options.swap) return change.swap();
  if (options.rollback) return change.rollback();
  if (options.finish) return change.finish();
  if (options.to === undefined) return change.status();
  const { model } = await workplace.openModel(options.to);
  const begun = await change.start(model.id);
  if (!options.run) return begun;
  await workplace.pipeline.start();
  await untilEmbedded(async () => {
    const { chunks, done, dead } = await change.status();
    return chunks - done - dead;
  });
  return change.status();
}

function format({ state, active, other, chunks, done, dead }: ModelChangeStatus): string {
  const rows = [
    ['state', state],
    ['searched with', active ?? 'none yet'],
    ...(other === undefined ? [] : [[state === 'building' ? 'being built' : 'kept', other]]),
    ['chunks', String(chunks)],
    ['with a vector of the new model', String(done)],
    ...(dead === 0 ? [] : [['given up', String(dead)]]),
  ];
  return formatTable(['model', ''], rows);
}
