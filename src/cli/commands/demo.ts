import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { AquiferError } from '../../errors/index.js';
import { type CommonOptions, withDataDir } from '../options.js';
import { formatResults } from '../output/results.js';
import { withScope } from '../session.js';
import { ingestPaths } from './ingest.js';

/** Part of the repository, not of the package. */
const HANDBOOK = fileURLToPath(new URL('../../../examples/handbook', import.meta.url));
const QUESTION = 'Who has to approve a trip abroad?';
const TENANT = 'demo';

const NEXT = `Try next:
  npx aquifer search "what happens when a laptop is stolen?" --tenant demo
  npx aquifer ingest ~/papers --tenant acme
  npx aquifer search "which filing mentions supplier risk?" --tenant acme
  npx aquifer --help`;

/** What \`npm start\` runs: the whole path once, on documents everyone has. */
export function registerDemo(program: Command): void {
  withDataDir(program.command('demo'))
    .description('ingest the sample handbook and answer a question from it')
    .action(async (options: CommonOptions) => {
      if (!existsSync(HANDBOOK)) {
        throw new AquiferError(
          'AQF_ARGUMENT_INVALID',
          `The sample handbook is not installed here (${HANDBOOK}).`,
          {
            hint: 'It is part of the repository. Ingest documents of your own: aquifer ingest <paths…>',
          },
        );
      }
      await withScope({ ...options, tenant: TENANT }, async (scope) => {
        const { added, updated, unchanged } = await ingestPaths(scope, [HANDBOOK], { prune: true });
        console.log(
          `The sample handbook is stored: ${added + updated} documents new, ${unchanged} unchanged.\n`,
        );
        const start = performance.now();
        const results = await scope.search(QUESTION, { limit: 3 });
        console.log(`> ${QUESTION}\n`);
        console.log(formatResults(QUESTION, results, Math.round(performance.now() - start)));
      });
      console.log(`\n${NEXT}`);
    });
}
