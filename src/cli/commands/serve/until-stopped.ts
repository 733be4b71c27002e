import { once } from 'node:events';
import type { ResolvedConfig } from '../../../config/index.js';
import type { DataLayer } from '../../../layer/index.js';
import { createLog } from '../../../logging/index.js';
import { Server, serverSettings } from '../../../server/index.js';
import { firstKey } from './first-key.js';

/** Serves until the process is told to end, and ends in order. */
export async function untilStopped(layer: DataLayer, config: ResolvedConfig): Promise<void> {
  const { values } = config;
  const settings = serverSettings(values);
  const key = await firstKey(layer, values);
  const server = await Server.create({ layer, log: createLog({ level: values.server.logLevel }), settings });
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    const url = await server.listen();
    console.log(welcome(url, values.tenant, key));
    await stopped;
  } finally {
    await server.close();
  }
}

function welcome(url: string, tenant: string, key: string | undefined): string {
  const link = key === undefined ? url : `${url}/#key=${key}`;
  const shown =
    key === undefined
      ? 'Sign in with an API key; `aquifer keys create` makes one.'
      : `API key of the tenant "${tenant}", shown this once: ${key}`;
  return `Aquifer serves ${link}\n${shown}\n\n  REST ${url}/docs   OpenAI ${url}/v1   MCP ${url}/mcp   live ${url.replace(/^http/, 'ws')}/ws\n`;
}
