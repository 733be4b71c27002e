import type { Command } from 'commander';
import { loadEntities } from '../../entities-file.js';
import { type CommonOptions, wholeNumber, withDataDir } from '../../options.js';
import { loadCommandConfig, withLayer } from '../../session.js';
import { firstKey } from './first-key.js';
import { untilStopped } from './until-stopped.js';
import { linkWith, welcome } from './welcome.js';

export interface AddressOptions {
  readonly host?: string;
  readonly port?: number;
}

interface ServeOptions extends CommonOptions, AddressOptions {
  readonly entities?: string;
}

export function registerServe(program: Command): void {
  withAddress(withDataDir(program.command('serve')))
    .description('serve REST, the OpenAI-compatible API, live events, MCP and the console on one port')
    .option('-t, --tenant <id>', 'tenant of the key that the first start makes')
    .option('--entities <file>', 'a .ts or .js module whose default export is an array of entities')
    .action(async ({ entities: file, ...options }: ServeOptions) => {
      const config = await loadCommandConfig(options, { server: addressOf(options) });
      const entities = file === undefined ? [] : await loadEntities(file);
      await withLayer(
        config,
        async (layer) => {
          const key = await firstKey(layer, config.values);
          await untilStopped(layer, config, (url) => welcome(linkWith(url, key), config.values.tenant, key));
        },
        { entities },
      );
    });
}

export function withAddress(command: Command): Command {
  return command
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option(
      '--port <number>',
      'port to listen on (default: 4100); 0 takes a free one',
      wholeNumber(0, 65_535),
    );
}

/** What of the address was given. */
export function addressOf({ host, port }: AddressOptions): AddressOptions {
  return { ...(host !== undefined && { host }), ...(port !== undefined && { port }) };
}
