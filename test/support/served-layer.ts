import type { DataLayer, DataLayerOptions } from '../../src/layer/index.js';
import { createLog } from '../../src/logging/index.js';
import { Server, type ServerSettings, serverSettings } from '../../src/server/index.js';
import { openLayer } from './layer.js';
import { makeTempDir, removeTempDir } from './temp-dir.js';

/** A layer on an embedded database of its own, with a server that listens. */
export interface ServedLayer {
  readonly layer: DataLayer;
  readonly server: Server;
  readonly url: string;
  /** A new API key of a tenant. @param roles default: editor */
  key(tenantId: string, roles?: readonly string[], permissions?: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function serveLayer(
  options: DataLayerOptions = {},
  settings: Partial<ServerSettings> = {},
): Promise<ServedLayer> {
  const folder = makeTempDir();
  const layer = await openLayer(folder, options);
  const configured = serverSettings(layer.config.values);
  const server = await Server.create({
    layer,
    log: createLog({ level: 'error' }),
    settings: { ...configured, rateLimit: undefined, port: 0, ...settings },
  });
  const url = await server.listen();
  return {
    layer,
    server,
    url,
    key: async (tenantId, roles, permissions) => {
      const { apiKeys } = layer.scope({ tenantId, actorId: 'test' });
      return (await apiKeys.create({ name: 'test', roles, permissions })).key;
    },
    close: async () => {
      await server.close();
      await layer.close();
      removeTempDir(folder);
    },
  };
}
