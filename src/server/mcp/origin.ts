import { localhostAllowedHostnames, validateHostHeader } from '@modelcontextprotocol/server';
import type { FastifyRequest } from 'fastify';
import { AquiferError } from '../../errors/index.js';

export interface Doors {
  /** What the server listens on. */
  readonly host: string;
  /** Origins that browsers may ask from, besides this machine. */
  readonly origins: readonly string[];
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/**
 * Refuses what a page elsewhere makes a browser send, also under a name that it made point here (DNS rebinding).
 * @throws AQF_PERMISSION_DENIED
 */
export function assertFromHere({ headers }: Pick<FastifyRequest, 'headers'>, { host, origins }: Doors): void {
  const { origin } = headers;
  const isLocal = LOOPBACK.includes(host);
  const isHostFine = !isLocal || validateHostHeader(headers.host, localhostAllowedHostnames()).ok;
  const isOriginFine = origin === undefined || origins.includes(origin) || (isLocal && isLoopback(origin));
  if (isHostFine && isOriginFine) return;
  throw new AquiferError('AQF_PERMISSION_DENIED', 'Pages of this origin may not use /mcp.', {
    hint: 'Add the origin to server.origins.',
  });
}

function isLoopback(origin: string): boolean {
  try {
    return localhostAllowedHostnames().includes(new URL(origin).hostname);
  } catch {
    return false;
  }
}
