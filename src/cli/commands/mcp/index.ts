import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import { isRole, Permissions, ROLES, type Role } from '../../../accounts/index.js';
import type { DataLayer } from '../../../layer/index.js';
import { serveMcpStdio } from '../../../mcp/index.js';
import { loadEntities } from '../../entities-file.js';
import { type CommonOptions, withCommonOptions } from '../../options.js';
import { loadCommandConfig, withLayer } from '../../session.js';
import { readVersion } from '../../version.js';

interface McpCommandOptions extends CommonOptions {
  readonly role: Role;
  readonly entities?: string;
}

export function registerMcp(program: Command): void {
  withCommonOptions(program.command('mcp'))
    .description('serve one AI agent on standard input and output (MCP), until it ends')
    .option('--role <name>', 'what the agent may do: viewer, editor, admin or owner', roleOption, 'editor')
    .option('--entities <file>', 'a .ts or .js module whose default export is an array of entities')
    .action(async ({ entities: file, ...options }: McpCommandOptions) => {
      const config = await loadCommandConfig(options);
      keepOutputClean();
      const entities = file === undefined ? [] : await loadEntities(file);
      const serve = async (layer: DataLayer) => {
        const scope = layer.scope({ tenantId: config.values.tenant, actorId: 'mcp', roles: [options.role] });
        const permissions = new Permissions(ROLES[options.role]);
        const stopped = new AbortController();
        void Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]).then(() => stopped.abort());
        await serveMcpStdio(
          { scope, permissions, entities: layer.entities },
          {
            version: readVersion(),
            onerror: (error) => process.stderr.write(`${String(error)}\n`),
            input: process.stdin,
            output: process.stdout,
            signal: stopped.signal,
          },
        );
      };
      await withLayer(config, serve, { entities });
    });
}

function roleOption(name: string): Role {
  if (isRole(name)) return name;
  throw new InvalidArgumentError(`Expected one of ${Object.keys(ROLES).join(', ')}.`);
}

/** Whatever else wants to print: standard output is the protocol's alone. */
function keepOutputClean(): void {
  for (const method of ['log', 'info', 'debug'] as const) console[method] = console.error;
}
