import type { DataLayer, DataLayerOptions } from '../../../src/layer/index.js';
import type { ServerSettings } from '../../../src/server/index.js';
import { serveLayer } from '../../support/served-layer.js';
import { asker, type Served } from './served.js';

/** A server in this very process, so that a test has its layer too. */
export interface ServedHere extends Served {
  readonly layer: DataLayer;
  /** Another key. @param tenantId default: that of the first */
  keyOf(roles: readonly string[], tenantId?: string, permissions?: readonly string[]): Promise<string>;
}

export const TENANT = 'acme';

/** On an embedded database, unless the options say otherwise; its key is that of an owner of the tenant `acme`. */
export async function serveHere(
  options: DataLayerOptions = {},
  settings: Partial<ServerSettings> = {},
): Promise<ServedHere> {
  const { layer, url, key: newKey, close } = await serveLayer(options, settings);
  const key = await newKey(TENANT, ['owner']);
  return {
    layer,
    url,
    key,
    keyOf: (roles, tenantId = TENANT, permissions) => newKey(tenantId, roles, permissions),
    ask: asker(url, key),
    close,
  };
}
