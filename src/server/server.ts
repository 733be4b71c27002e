import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../accounts/index.js';
import type { DataLayer } from '../layer/index.js';
import type { Log } from '../logging/index.js';
import { createApp } from './app.js';
import { serveHealth } from './health.js';
import { serveMcp } from './mcp/index.js';
import { openApiDocument } from './openapi/document.js';
import { RateLimiter } from './rate-limiter.js';
import { routes } from './routes/index.js';
import { serveRoute } from './serve-route.js';
import type { ServerSettings } from './settings.js';
import { followTraffic, Traffic } from './traffic.js';
import { packageVersion } from './version.js';

export interface ServerOptions {
  readonly layer: DataLayer;
  readonly log: Log;
  readonly settings: ServerSettings;
}

const CLOSE_DEADLINE_MS = 9000;

/** Everything that is served on one port. It does not own the layer. */
export class Server {
  readonly app: FastifyInstance;
  readonly authenticator: Authenticator;
  readonly #settings: ServerSettings;
  #ready = true;

  private constructor(app: FastifyInstance, authenticator: Authenticator, settings: ServerSettings) {
    this.app = app;
    this.authenticator = authenticator;
    this.#settings = settings;
  }

  static async create({ layer, log, settings }: ServerOptions): Promise<Server> {
    const app = await createApp({ ...settings, log });
    followTraffic(app, new Traffic());
    const authenticator = layer.authenticator({ jwt: settings.jwt });
    app.decorate('authenticator', authenticator as Authenticator);
    const server = new Server(app, authenticator, settings);
    const buckets = settings.rateLimit ? await layer.rateBuckets() : undefined;
    const limiter =
      buckets && settings.rateLimit ? new RateLimiter(buckets.store, settings.rateLimit, log) : undefined;
    app.addHook('onClose', async () => buckets?.close());
    for (const route of routes) serveRoute(app, route, { layer, authenticator, limiter });
    await serveMcp(app, { layer, authenticator, limiter, settings });
    const document = openApiDocument(routes, packageVersion());
    app.get('/openapi.json', async () => document);
    serveHealth(app, layer, () => server.#ready);
    return server;
  }

  /** Begins to listen. @returns its address, `http://127.0.0.1:4100` @throws AQF_SERVER_UNAVAILABLE */
  async listen(): Promise<string> {
    const { host, port } = this.#settings;
    return this.app.listen({ host, port });
  }

  /** Is not ready from now on; ends requests under way, and those that take too long. */
  async close(): Promise<void> {
    this.#ready = false;
    await new Promise((resolve) => setTimeout(resolve, this.#settings.drainMs));
    const cut = setTimeout(() => this.app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
    await this.app.close();
    clearTimeout(cut);
  }
}
