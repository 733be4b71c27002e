import type { AquiferConfig } from '../config/index.js';
import { AquiferError } from '../errors/index.js';
import { DataLayer } from '../layer/index.js';
import { createLog } from '../logging/index.js';
import { Server } from './server.js';
import { serverSettings } from './settings.js';

/** What may differ from the section `server` of the layer's configuration. */
export interface ServeOptions {
  /** Address that is listened on. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Least level of what is logged, as JSON lines on standard error. */
  readonly logLevel?: AquiferConfig['server']['logLevel'];
}

/** A server that listens. It is closed before its layer. */
export interface Serving extends AsyncDisposable {
  /** `http://127.0.0.1:4100` */
  readonly url: string;
  /** Lets what was accepted end, cuts what takes longer than some seconds, and ends. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves a layer on one port, as `aquifer serve` does: REST, the OpenAI-compatible API, live events, MCP and the console, for
 * the entities that the layer was opened with. The layer stays the caller's, who closes it afterwards; signals are his, too.
 * @throws AQF_SERVER_UNAVAILABLE when the address cannot be listened on; AQF_CONFIG_INVALID; AQF_ARGUMENT_INVALID
 */
export async function serve(layer: DataLayer, options: ServeOptions = {}): Promise<Serving> {
  if (!(layer instanceof DataLayer))
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      'What is served is a data layer: createDataLayer() makes one.',
    );
  const { host, port, logLevel } = { ...layer.config.values.server, ...options };
  const settings = { ...serverSettings(layer.config.values), host, port };
  const server = await Server.create({ layer, log: createLog({ level: logLevel }), settings });
  const url = await server.listen().catch(async (error) => {
    await server.close();
    throw error;
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  return { url, close, [Symbol.asyncDispose]: close };
}
