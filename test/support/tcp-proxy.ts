import { connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of bytes from the server. */
export type Passage = (bytes: Buffer, pass: (bytes: Buffer) => void) => void;

const AS_IT_IS: Passage = (bytes, pass) => pass(bytes);

/** A TCP proxy in front of any server, which delays, spoils or cuts what passes. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  /** Asked for all bytes that come from the server. */
  passage: Passage = AS_IT_IS;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async before(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    const port = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const proxy = new TcpProxy(server, port);
    server.on('connection', (client) => proxy.#relay(client, targetPort));
    return proxy;
  }

  /** Resets every connection that is open now. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  reset(): void {
    this.passage = AS_IT_IS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #relay(client: Socket, targetPort: number): void {
    const upstream = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    this.#keep(client, upstream);
    this.#keep(upstream, client);
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => this.passage(bytes, (passed) => client.write(passed)));
  }

  /** An end or a failure of one side ends the other. */
  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
