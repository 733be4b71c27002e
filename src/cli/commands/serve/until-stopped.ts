import { once } from 'node:events';
import type { ResolvedConfig } from '../../../config/index.js';
import type { DataLayer } from '../../../layer/index.js';
import { createLog } from '../../../logging/index.js';
import { Server, serverSettings } from '../../../server/index.js';
import { EXIT } from '../../exit-codes.js';

/** Milliseconds after which a process that was told to end does so, whatever is left. */
const LAST_MOMENT_MS = 9500;

/**
 * Serves until the process is told to end, and ends in order; told a second time, at once.
 * @param welcome what is printed once the server listens
 */
export async function untilStopped(
  layer: DataLayer,
  { values }: ResolvedConfig,
  welcome: (url: string) => string,
): Promise<void> {
  const settings = serverSettings(values);
  const server = await Server.create({ layer, log: createLog({ level: values.server.logLevel }), settings });
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    console.log(welcome(await server.listen()));
    await stopped;
    setTimeout(() => process.exit(EXIT.failed), LAST_MOMENT_MS + settings.drainMs).unref();
  } finally {
    await server.close();
  }
}
