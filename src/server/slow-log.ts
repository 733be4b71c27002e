import type { DataLayer } from '../layer/index.js';
import type { Log } from '../logging/index.js';

/** Logs statements that were slow: their text without values. @returns what stops it */
export function logSlowStatements({ installation }: DataLayer, log: Log): () => void {
  return installation.slow.onSlow(({ ms, statement, rows, tenantId, requestId }) => {
    log.warn({ ms, rows, tenant: tenantId, reqId: requestId, statement }, 'slow statement');
  });
}
