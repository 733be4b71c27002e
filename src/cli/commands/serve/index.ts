import type { Command } from 'commander';
import { type CommonOptions, wholeNumber, withDataDir } from '../../options.js';
import { loadCommandConfig, withLayer } from '../../session.js';
import { untilStopped } from './until-stopped.js';

interface ServeOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: number;
}

export function registerServe(program: Command): void {
  withDataDir(program.command('serve'))
    .description('serve REST, the OpenAI-compatible API, live events, MCP and the console on one port')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '--port <number>',
      'port to listen on (default: 4100); 0 takes a free one',
      wholeNumber(0, 65_535),
    )
    .option('-t, --tenant <id>', 'tenant of the key that the first start makes')
    .action(async ({ host, port, ...options }: ServeOptions) => {
      const given = { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
      const config = await loadCommandConfig(options, { server: given });
      await withLayer(config, (layer) => untilStopped(layer, config));
    });
}
