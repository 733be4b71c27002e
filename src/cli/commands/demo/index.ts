import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { AquiferError } from '../../../errors/index.js';
import type { Scope } from '../../../layer/index.js';
import { loadEntities } from '../../entities-file.js';
import { type CommonOptions, withDataDir } from '../../options.js';
import { formatResults } from '../../output/results.js';
import { loadCommandConfig, withLayer } from '../../session.js';
import { ingestPaths } from '../ingest.js';
import { type AddressOptions, addressOf, withAddress } from '../serve/index.js';
import { untilStopped } from '../serve/until-stopped.js';
import { linkWith, welcome } from '../serve/welcome.js';
import { demoKey } from './demo-key.js';
import { storeSampleRows } from './sample-rows.js';

/** Part of the repository, not of the package. */
const example = (path: string) => fileURLToPath(new URL(`../../../../examples/${path}`, import.meta.url));
const HANDBOOK = example('handbook');
const ENTITIES = example('suppliers/entities.ts');
const ROWS = example('suppliers/rows.ts');
const QUESTION = 'Who has to approve a trip abroad?';
const TENANT = 'demo';

const COMMANDS = `  npx aquifer search "what happens when a laptop is stolen?" --tenant demo
  npx aquifer ingest ~/papers --tenant acme
  npx aquifer search "which filing mentions supplier risk?" --tenant acme
  npx aquifer --help`;

/** One process at a time has the embedded database. */
const AFTER = `Open the link in a browser. Ctrl-C ends it; the data is free then for\n${COMMANDS}`;

interface DemoOptions extends CommonOptions, AddressOptions {
  readonly once?: boolean;
}

/** What `npm start` runs: the whole path on documents and rows everyone has, then the server. */
export function registerDemo(program: Command): void {
  withAddress(withDataDir(program.command('demo')))
    .description('load the sample handbook and rows, answer a question from them, and serve it all')
    .option('--once', 'end after the answer, without serving')
    .action(async ({ once, ...options }: DemoOptions) => {
      assertInstalled();
      const config = await loadCommandConfig({ ...options, tenant: TENANT }, { server: addressOf(options) });
      const entities = await loadEntities(ENTITIES);
      await withLayer(
        config,
        async (layer) => {
          const scope = layer.scope({ tenantId: TENANT, actorId: 'cli' });
          await storeSamples(scope, entities);
          await answerQuestion(scope);
          if (once) {
            console.log(`\nTry next:\n${COMMANDS}`);
            return;
          }
          const key = await demoKey(scope.apiKeys);
          const served = (url: string) => `\n${welcome(linkWith(url, key), TENANT, key)}\n${AFTER}\n`;
          await untilStopped(layer, config, served);
        },
        { entities },
      );
    });
}

function assertInstalled(): void {
  if (existsSync(HANDBOOK)) return;
  throw new AquiferError('AQF_ARGUMENT_INVALID', `The sample handbook is not installed here (${HANDBOOK}).`, {
    hint: 'It is part of the repository. Ingest documents of your own: aquifer ingest <paths…>',
  });
}

async function storeSamples(scope: Scope, entities: Parameters<typeof storeSampleRows>[1]): Promise<void> {
  const { added, updated, unchanged } = await ingestPaths(scope, [HANDBOOK], { prune: true });
  console.log(`The sample handbook is stored: ${added + updated} documents new, ${unchanged} unchanged.`);
  const rows = await storeSampleRows(scope, entities, ROWS);
  console.log(
    `Sample rows are stored: ${rows.map(({ entity, count }) => `${count} ${entity}`).join(', ')}.\n`,
  );
}

async function answerQuestion(scope: Scope): Promise<void> {
  const start = performance.now();
  const results = await scope.search(QUESTION, { limit: 3 });
  console.log(`> ${QUESTION}\n`);
  console.log(formatResults(QUESTION, results, Math.round(performance.now() - start)));
}
