import { connect, createServer, type Server, type Socket } from 'node:net';
import { MessageReader, type WireMessage } from './wire-messages.js';

export type Side = 'frontend' | 'backend';

/** One message that came to the proxy, before it is passed on. */
export interface SeenMessage extends WireMessage {
  readonly side: Side;
  /** Connections of the proxy, from 0. */
  readonly connection: number;
  /** Messages of this side on this connection since it was made, from 0. */
  readonly index: number;
}

/**
 * What becomes of the connection at this message. `before`: cut, and the other end never gets it. `after`: passed
 * on, then cut. A cut closes the client's socket at once; the server gets what was passed on, then the end.
 * `stall`: neither is cut, nothing is passed on any more in either direction.
 */
export type Verdict = 'pass' | 'before' | 'after' | 'stall';

export type Judge = (message: SeenMessage) => Verdict;

const PASS: Judge = () => 'pass';

/** A TCP proxy in front of a PostgreSQL that knows where messages begin and end (no TLS). */
export class CuttingProxy implements AsyncDisposable {
  readonly port: number;
  /** Asked for every message of every connection. */
  judge: Judge = PASS;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async before(targetPort: number): Promise<CuttingProxy> {
    const server = createServer({ noDelay: true });
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const proxy = new CuttingProxy(server, port);
    let connections = 0;
    server.on('connection', (client) => proxy.#relay(client, targetPort, connections++));
    return proxy;
  }

  /** Cuts every connection that is open now. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Everything passes until it is told otherwise again. */
  reset(): void {
    this.judge = PASS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(client: Socket, targetPort: number, connection: number): void {
    const upstream = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    const link = { cut: false, stalled: false };
    this.#keep(client, upstream);
    this.#keep(upstream, client);
    this.#pass('frontend', client, upstream, new MessageReader('frontend'), { connection, link, client });
    this.#pass('backend', upstream, client, new MessageReader('backend'), { connection, link, client });
  }

  /** An end or a failure of one side ends the other. */
  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.end();
    });
  }

  #pass(
    side: Side,
    from: Socket,
    to: Socket,
    reader: MessageReader,
    { connection, link, client }: { connection: number; link: Link; client: Socket },
  ): void {
    let index = 0;
    from.on('data', (chunk) => {
      for (const message of reader.read(chunk)) {
        if (link.cut || link.stalled) return;
        const verdict = this.judge({ ...message, side, connection, index: index++ });
        if (verdict === 'pass' || verdict === 'after') to.write(message.bytes);
        if (verdict === 'stall') link.stalled = true;
        if (verdict === 'before' || verdict === 'after') {
          link.cut = true;
          // Flushes what was passed on; a reset instead could make the server lose it.
          if (side === 'frontend' || verdict === 'before') client.destroy();
          else client.end(() => client.destroy());
        }
      }
    });
  }
}

interface Link {
  cut: boolean;
  stalled: boolean;
}
