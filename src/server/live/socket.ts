import type { RawData, WebSocket } from 'ws';
import { type Authenticator, type Principal, principalScope } from '../../accounts/index.js';
import { AquiferError, isAquiferError } from '../../errors/index.js';
import type { DataLayer } from '../../layer/index.js';
import type { Log } from '../../logging/index.js';
import type { RequestFacts } from '../../relational/index.js';
import { asAquiferError } from '../problem.js';
import { assertTaken, type RateLimiter } from '../rate-limiter.js';
import type { LiveLimits } from './limits.js';
import { type ClientMessage, idOf, parseMessage, type Subscribe } from './messages.js';
import { Outbox } from './outbox.js';
import { Pace } from './pace.js';
import { mayRead, permissionEntity } from './readable.js';
import type { LiveSockets } from './sockets.js';
import { Subscription } from './subscription.js';

export interface SocketParts {
  readonly layer: DataLayer;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter | undefined;
  readonly sockets: LiveSockets;
  readonly limits: LiveLimits;
  readonly log: Log;
  readonly facts: RequestFacts;
}

/** Who asks, and by what he proved it. */
export interface SignedIn {
  readonly principal: Principal;
  readonly credential: string;
}

/** Codes that a socket is closed with, besides those of the protocol. */
export const CLOSED = {
  goingAway: 1001,
  policy: 1008,
  failed: 1011,
  credential: 4401,
  tooMany: 4429,
} as const;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One client of `/ws`, from its credential to its end. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #parts: SocketParts;
  readonly #outbox: Outbox;
  readonly #pace: Pace;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #openedAt = performance.now();
  readonly #timers: NodeJS.Timeout[] = [];
  #signedIn: SignedIn | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isAlive = true;

  constructor(socket: WebSocket, parts: SocketParts) {
    const { limits, sockets } = parts;
    this.#socket = socket;
    this.#parts = parts;
    this.#outbox = new Outbox(socket, limits.bufferedBytes);
    this.#pace = new Pace(limits.messagesPerSecond, 10 * limits.messagesPerSecond);
    sockets.add(this);
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    socket.on('close', (code) => this.#closed(code));
  }

  /** @param signedIn by a header; absent: the first message tells */
  start(signedIn: SignedIn | undefined): void {
    const { limits, sockets } = this.#parts;
    if (sockets.isClosing) void this.end(limits.authenticateMs);
    this.#timers.push(setInterval(() => void this.#beat(), limits.heartbeatMs).unref());
    if (signedIn) this.#inTurn(() => this.#welcome(signedIn));
    else this.#timers.push(setTimeout(() => this.#assertSignedIn(), limits.authenticateMs).unref());
  }

  /** Closes it as the server goes; cuts it when the client does not answer in time. */
  async end(withinMs: number): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState === socket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => socket.terminate(), withinMs);
      socket.once('close', () => {
        clearTimeout(cut);
        resolve();
      });
      socket.close(CLOSED.goingAway, 'the server is closing');
    });
  }

  #hear(data: RawData, isBinary: boolean): void {
    const { messageBytes } = this.#parts.limits;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const text = bytes.toString();
    if (isBinary || bytes.length > messageBytes) {
      this.#refuse(invalid(`A message is text of at most ${messageBytes} bytes.`), CLOSED.policy);
    } else if (!this.#pace.take() || this.#outbox.isStuck) {
      this.#refuse(new AquiferError('AQF_RATE_LIMITED', 'Too many messages.'), CLOSED.policy);
    } else this.#inTurn(() => this.#answer(text));
  }

  /** One after the other: what follows `authenticate` counts on it. */
  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#socket.readyState === this.#socket.OPEN) await work();
    });
  }

  async #answer(text: string): Promise<void> {
    try {
      const message = parseMessage(text);
      if (message.type === 'authenticate') await this.#authenticate(message.key);
      else await this.#change(message);
    } catch (error) {
      await this.#tell(error, idOf(text));
    }
  }

  async #authenticate(credential: string): Promise<void> {
    if (this.#signedIn) throw invalid('This socket has a credential already.');
    try {
      const { authenticator, limiter } = this.#parts;
      const principal = await authenticator.authenticate(credential);
      const counted = await limiter?.count(principal);
      if (counted) assertTaken(counted);
      await this.#welcome({ principal, credential });
    } catch (error) {
      if (isAquiferError(error, 'AQF_CREDENTIAL_INVALID')) this.#refuse(error, CLOSED.credential);
      else if (isAquiferError(error, 'AQF_RATE_LIMITED')) this.#refuse(error, CLOSED.tooMany);
      else throw error;
    }
  }

  async #welcome(signedIn: SignedIn): Promise<void> {
    const { tenantId, expiresAt } = signedIn.principal;
    // It may have closed meanwhile: nobody would count it out.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    try {
      this.#parts.sockets.enter(tenantId);
    } catch (error) {
      return this.#refuse(error, CLOSED.tooMany);
    }
    this.#signedIn = signedIn;
    if (expiresAt) {
      const left = Math.min(Math.max(0, expiresAt.getTime() - Date.now()), LONGEST_TIMER_MS);
      this.#timers.push(setTimeout(() => void this.#recheck(), left).unref());
    }
    await this.#outbox.send({ type: 'ready', tenantId });
  }

  #assertSignedIn(): void {
    if (this.#signedIn) return;
    const error = new AquiferError('AQF_CREDENTIAL_MISSING', 'The first message did not come in time.', {
      hint: 'Send { "type": "authenticate", "key": "…" } first.',
    });
    this.#refuse(error, CLOSED.credential);
  }

  async #change(message: Exclude<ClientMessage, { type: 'authenticate' }>): Promise<void> {
    if (!this.#signedIn) {
      const error = new AquiferError('AQF_CREDENTIAL_MISSING', 'This socket has no credential yet.');
      return this.#refuse(error, CLOSED.credential);
    }
    if (message.type === 'subscribe') await this.#subscribe(message, this.#signedIn.principal);
    else await this.#unsubscribe(message.id);
  }

  async #subscribe({ id, entity, operations, position }: Subscribe, principal: Principal): Promise<void> {
    const { layer, facts, limits } = this.#parts;
    if (this.#subscriptions.has(id)) throw invalid(`There is a subscription "${id}" already.`);
    if (this.#subscriptions.size >= limits.subscriptions)
      throw invalid(`A socket has at most ${limits.subscriptions} subscriptions.`);
    if (entity !== undefined && !this.#mayRead(entity)) throw denied(entity);
    const scope = layer.scope(principalScope(principal, facts));
    const follower = await scope.follow({ entity, operations, position });
    const mayReadNow = (changed: string) => this.#mayRead(changed);
    const subscription = new Subscription({ id, follower, outbox: this.#outbox, mayRead: mayReadNow });
    if (this.#socket.readyState !== this.#socket.OPEN) return subscription.close();
    this.#subscriptions.set(id, subscription);
    void this.#run(id, subscription);
  }

  async #run(id: string, subscription: Subscription): Promise<void> {
    try {
      await subscription.run();
    } catch (error) {
      if (this.#subscriptions.get(id) === subscription) this.#subscriptions.delete(id);
      await this.#tell(error, id);
    }
  }

  async #unsubscribe(id: string): Promise<void> {
    await this.#subscriptions.get(id)?.close();
    this.#subscriptions.delete(id);
    await this.#outbox.send({ type: 'unsubscribed', id });
  }

  #mayRead(entity: string): boolean {
    return this.#signedIn !== undefined && mayRead(this.#signedIn.principal.permissions, entity);
  }

  async #beat(): Promise<void> {
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
    for (const subscription of this.#subscriptions.values()) subscription.tellPosition();
    await this.#recheck();
  }

  /** A credential may have ended since. While that cannot be found out, it goes on. */
  async #recheck(): Promise<void> {
    const { credential } = this.#signedIn ?? {};
    if (credential === undefined) return;
    try {
      this.#signedIn = { credential, principal: await this.#parts.authenticator.authenticate(credential) };
    } catch (error) {
      if (isAquiferError(error, 'AQF_CREDENTIAL_INVALID')) this.#refuse(error, CLOSED.credential);
    }
  }

  async #tell(thrown: unknown, id?: string): Promise<void> {
    const error = asAquiferError(thrown);
    const isDefect = error.code === 'AQF_INTERNAL';
    if (error.status >= 500) this.#parts.log.error({ err: isDefect ? thrown : error }, 'failed');
    const { code, hint } = error;
    const detail = isDefect ? 'Something went wrong.' : error.message;
    await this.#outbox.send({ type: 'error', ...(id !== undefined && { id }), code, detail, hint });
  }

  #refuse(error: unknown, code: number): void {
    void this.#tell(error);
    this.#socket.close(code, asAquiferError(error).code);
  }

  #closed(code: number): void {
    const { sockets, log } = this.#parts;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const subscription of this.#subscriptions.values()) void subscription.close();
    this.#subscriptions.clear();
    const { tenantId: tenant, actorId: actor } = this.#signedIn?.principal ?? {};
    sockets.remove(this, tenant);
    const ms = Math.round(performance.now() - this.#openedAt);
    log.info({ tenant, actor, ms, sent: this.#outbox.sent, code }, 'socket');
  }
}

function invalid(message: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', message);
}

function denied(entity: string): AquiferError {
  const permission = `${permissionEntity(entity)}:read`;
  return new AquiferError('AQF_PERMISSION_DENIED', `This credential lacks the permission ${permission}.`, {
    hint: 'Ask whoever gives out keys for one that has it.',
  });
}
