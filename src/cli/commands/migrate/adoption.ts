import type { Command } from 'commander';
import { assertMigrated } from '../../../relational/index.js';
import { type AdoptionProblem, checkAdoption } from '../../../schema/index.js';
import { EXIT } from '../../exit-codes.js';
import { type CommonOptions, withDataDir } from '../../options.js';
import { plainLine } from '../../output/display-text.js';
import { withDatabase } from '../../session.js';

const NOTES = `
Finds tables with a column such as tenant_id or organizationId that were not adopted, and adopted tables whose
policies, triggers, keys or rights were altered by hand, or that have columns their triggers do not know yet.
Blocks nobody and changes nothing. Exit code 1 when anything is found.`;

export function registerAdoption(migrate: Command, setExitCode: (code: number) => void): void {
  withDataDir(migrate.command('adoption'))
    .description('tables that are not isolated as they should be, and the SQL that mends it')
    .addHelpText('after', NOTES)
    .action(async (options: CommonOptions) => {
      const problems = await withDatabase(options, async (provider) => {
        await assertMigrated(provider);
        return checkAdoption(provider);
      });
      console.log(options.json ? JSON.stringify({ problems }) : formatProblems(problems));
      if (problems.length > 0) setExitCode(EXIT.failed);
    });
}

/** One adoption mends all that is wrong with a table, so problems with the same remedy stand together. */
function formatProblems(problems: readonly AdoptionProblem[]): string {
  if (problems.length === 0) return 'Every table with a tenant column is adopted, and as adoption left it.';
  const remedies = [...new Set(problems.map(({ mend }) => mend))];
  return remedies.map((mend) => formatRemedy(mend, problems)).join('\n\n');
}

function formatRemedy(mend: string, problems: readonly AdoptionProblem[]): string {
  const mended = problems.filter((problem) => problem.mend === mend);
  const lines = mended.map(({ problem }) => `  ${plainLine(problem)}`);
  return [plainLine(mended[0]?.table ?? ''), ...lines, `  Mend: ${plainLine(mend)}`].join('\n');
}
