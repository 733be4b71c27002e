import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AquiferError } from '../../errors/index.js';
import type { DataLayer } from '../../layer/index.js';
import type { Log } from '../../logging/index.js';
import { credentialOf, type GuardParts, identify } from '../guard.js';
import { requestFacts } from '../request-facts.js';
import { type ConfiguredLimits, type LiveLimits, PROTOCOL_LIMITS } from './limits.js';
import { LiveSocket } from './socket.js';
import { LiveSockets } from './sockets.js';

export interface LiveParts extends GuardParts {
  readonly layer: DataLayer;
  readonly log: Log;
  readonly limits: ConfiguredLimits & Partial<LiveLimits>;
}

/** Serves live events at `/ws`. What is answered is to be closed before the server is. */
export function serveLive(app: FastifyInstance, parts: LiveParts): LiveSockets {
  const limits = { ...PROTOCOL_LIMITS, ...parts.limits };
  const sockets = new LiveSockets(limits.socketsPerTenant);
  const { layer, authenticator, limiter, log } = parts;
  const onRequest = (request: FastifyRequest, reply: FastifyReply) => signInByHeader(parts, request, reply);
  app.get('/ws', { websocket: true, onRequest }, (socket, request) => {
    const facts = requestFacts(request);
    const credential = credentialOf(request);
    const signedIn = credential === undefined ? undefined : { credential, principal: request.principal };
    new LiveSocket(socket, { layer, authenticator, limiter, sockets, limits, log, facts }).start(signedIn);
  });
  return sockets;
}

/** A credential in the headers is checked before there is a socket; browsers send theirs as the first message. */
async function signInByHeader(
  parts: GuardParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (!request.ws) {
    throw new AquiferError('AQF_ROUTE_NOT_FOUND', 'Live events are told over a WebSocket.', {
      hint: 'Open ws://…/ws with a WebSocket client: see docs/live.md.',
    });
  }
  if (credentialOf(request) !== undefined) request.principal = await identify(parts, request, reply);
}
