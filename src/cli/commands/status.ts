import type { Command } from 'commander';
import { type CommonOptions, withCommonOptions } from '../options.js';
import { formatTable } from '../output/table.js';
import { loadCommandConfig, withLayer } from '../session.js';

export function registerStatus(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('whether the database answers, and what the tenant has stored')
    .action(async (options: CommonOptions) => {
      const config = await loadCommandConfig(options);
      const { relational, dataDir, tenant } = config.values;
      const status = await withLayer(config, async (layer) => {
        const scope = layer.scope({ tenantId: tenant, actorId: 'cli' });
        return {
          tenant,
          provider: relational.provider,
          ...(relational.provider === 'embedded' && { dataDir }),
          embeddingModel: layer.embeddingModel.id,
          database: await layer.health(),
          ...(await scope.documents.count()),
        };
      });
      if (options.json) console.log(JSON.stringify(status));
      else console.log(formatTable(['what', 'now'], Object.entries(status).map(asRow)));
    });
}

function asRow([what, value]: [string, unknown]): string[] {
  if (typeof value !== 'object' || value === null) return [what, String(value)];
  const { status, responseTime, error } = value as { status: string; responseTime: number; error?: string };
  return [what, error ? `${status}: ${error}` : `${status} (${responseTime.toFixed(1)} ms)`];
}
