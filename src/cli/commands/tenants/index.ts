import type { Command } from 'commander';
import type { Tenant } from '../../../accounts/index.js';
import type { DataLayer } from '../../../layer/index.js';
import { type CommonOptions, withDataDir } from '../../options.js';
import { formatTable } from '../../output/table.js';
import { loadCommandConfig, withLayer } from '../../session.js';

const PAGE = 1000;

/** What operators do with tenants: over HTTP a key sees its own alone. */
export function registerTenants(program: Command): void {
  const tenants = program.command('tenants').description('name tenants, and let them in or not');
  withDataDir(tenants.command('list'))
    .description('list the tenants that were named')
    .action((options: CommonOptions) => run(options, listAll));
  withDataDir(tenants.command('create'))
    .description('name a tenant')
    .argument('<id>', 'id of the tenant')
    .option('--name <name>', 'what people call it (default: its id)')
    .action((id: string, options: CommonOptions & { readonly name?: string }) =>
      run(options, async (layer) => [await layer.tenants.create(id, options.name)]),
    );
  withDataDir(tenants.command('suspend'))
    .description('take no credential of a tenant any more; its data stays')
    .argument('<id>', 'id of the tenant')
    .action((id: string, options: CommonOptions) =>
      run(options, async (layer) => [await layer.tenants.suspend(id)]),
    );
  withDataDir(tenants.command('resume'))
    .description('take its credentials again')
    .argument('<id>', 'id of the tenant')
    .action((id: string, options: CommonOptions) =>
      run(options, async (layer) => [await layer.tenants.resume(id)]),
    );
}

async function run(options: CommonOptions, work: (layer: DataLayer) => Promise<Tenant[]>): Promise<void> {
  const config = await loadCommandConfig(options);
  const tenants = await withLayer(config, work);
  if (options.json) console.log(JSON.stringify(tenants));
  else if (tenants.length === 0) console.log('No tenant was named. Name one: aquifer tenants create <id>');
  else console.log(formatTable(['id', 'name', 'since', 'state'], tenants.map(row)));
}

async function listAll(layer: DataLayer): Promise<Tenant[]> {
  const all: Tenant[] = [];
  for (let page = await layer.tenants.list({ limit: PAGE }); page.length > 0; ) {
    all.push(...page);
    const after = page.at(-1)?.id ?? '';
    page = page.length < PAGE ? [] : await layer.tenants.list({ limit: PAGE, after });
  }
  return all;
}

function row({ id, name, createdAt, suspendedAt }: Tenant): string[] {
  const state = suspendedAt ? `suspended since ${suspendedAt.toISOString()}` : 'active';
  return [id, name, createdAt.toISOString(), state];
}
