import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../accounts/index.js';
import { AquiferError, messageOf } from '../errors/index.js';
import type { DataLayer } from '../layer/index.js';
import type { Log } from '../logging/index.js';
import { createApp } from './app.js';
import { serveConsole } from './console.js';
import { serveDocs } from './docs/index.js';
import { Drain } from './drain.js';
import { serveHealth } from './health.js';
import { type LiveLimits, type LiveSockets, serveLive } from './live/index.js';
import { serveMcp } from './mcp/index.js';
import { serveMetrics } from './metrics.js';
import { openAiRoutes, serveOpenAi } from './openai/index.js';
import { openApiDocument } from './openapi/document.js';
import { RateLimiter } from './rate-limiter.js';
import { routes } from './routes/index.js';
import { serveRoute } from './serve-route.js';
import type { ServerSettings } from './settings.js';
import { logSlowStatements } from './slow-log.js';
import { followTraffic, Traffic } from './traffic.js';
import { packageVersion } from './version.js';

export interface ServerOptions {
  readonly layer: DataLayer;
  readonly log: Log;
  readonly settings: ServerSettings;
  /** Limits of `/ws` that are not those of the settings. */
  readonly live?: Partial<LiveLimits>;
}

/** Milliseconds for what is under way when the server is told to end. */
const CLOSE_DEADLINE_MS = 7000;

/** Everything that is served on one port. It does not own the layer. */
export class Server {
  readonly app: FastifyInstance;
  readonly authenticator: Authenticator;
  readonly #settings: ServerSettings;
  readonly #drain: Drain;
  #live: LiveSockets | undefined;
  #ready = true;

  private constructor(app: FastifyInstance, authenticator: Authenticator, settings: ServerSettings) {
    this.app = app;
    this.authenticator = authenticator;
    this.#settings = settings;
    this.#drain = new Drain(app);
  }

  static async create({ layer, log, settings, live }: ServerOptions): Promise<Server> {
    const app = await createApp({ ...settings, log });
    followTraffic(app, new Traffic());
    const authenticator = layer.authenticator({ jwt: settings.jwt });
    app.decorate('authenticator', authenticator as Authenticator);
    const server = new Server(app, authenticator, settings);
    const buckets = settings.rateLimit ? await layer.rateBuckets() : undefined;
    const limiter =
      buckets && settings.rateLimit ? new RateLimiter(buckets.store, settings.rateLimit, log) : undefined;
    layer.startWork();
    app.addHook('onClose', async () => buckets?.close());
    for (const route of routes) serveRoute(app, route, { layer, authenticator, limiter });
    await serveMcp(app, { layer, authenticator, limiter, settings });
    const ofOpenAi = openAiRoutes(settings.uploadBytes);
    await serveOpenAi(app, { layer, authenticator, limiter, routes: ofOpenAi });
    const document = openApiDocument([...routes, ...ofOpenAi], packageVersion());
    app.get('/openapi.json', async () => document);
    serveDocs(app, document);
    serveMetrics(app, { layer, authenticator, limiter, host: settings.host });
    const stopSlowLog = logSlowStatements(layer, log);
    app.addHook('onClose', async () => stopSlowLog());
    server.#live = serveLive(app, {
      layer,
      authenticator,
      limiter,
      log,
      limits: { ...settings.live, ...live },
    });
    serveHealth(app, layer, () => server.#ready);
    await serveConsole(app);
    return server;
  }

  /** Begins to listen. @returns its address, `http://127.0.0.1:4100` @throws AQF_SERVER_UNAVAILABLE */
  async listen(): Promise<string> {
    const { host, port } = this.#settings;
    try {
      return await this.app.listen({ host, port });
    } catch (error) {
      const message = `The server cannot listen on ${host}:${port}: ${messageOf(error)}`;
      throw new AquiferError('AQF_SERVER_UNAVAILABLE', message, { cause: error });
    }
  }

  /** Is not ready from now on, lets what was accepted end, and cuts what takes too long. */
  async close(): Promise<void> {
    this.#ready = false;
    await wait(this.#settings.drainMs);
    await this.#live?.close();
    await this.#drain.run(CLOSE_DEADLINE_MS);
    await this.app.close();
  }
}
