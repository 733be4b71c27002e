import { once } from 'node:events';
import { WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: messages are looked into in tests
export type Message = any;

/** A plain client of `/ws`: what it is told, in order. */
export class LiveClient {
  readonly socket: WebSocket;
  readonly heard: Message[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Hears every message in place of `heard`. */
  onMessage: ((message: Message) => void) | undefined;
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, { headers });
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (this.onMessage) this.onMessage(message);
      else this.heard.push(message);
      this.#wake();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#wake();
    });
    this.socket.on('error', () => undefined);
  }

  /** Signed in by its first message. */
  static async open(url: string, key: string): Promise<LiveClient> {
    const client = new LiveClient(url);
    await Promise.race([once(client.socket, 'open'), client.end()]);
    client.send({ type: 'authenticate', key });
    await client.next('ready');
    return client;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  async subscribe(id: string, rest: object = {}): Promise<Message> {
    this.send({ type: 'subscribe', id, ...rest });
    return this.until(({ type, id: of }) => of === id && (type === 'subscribed' || type === 'error'));
  }

  next(type: string): Promise<Message> {
    return this.until((message) => message.type === type);
  }

  /** The first message like this that was or will be told; it is not found again. */
  async until(isMeant: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = this.heard.findIndex(isMeant);
      if (at >= 0) return this.heard.splice(at, 1)[0];
      if (this.closed) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async end(): Promise<{ code: number; reason: string }> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.closed;
  }

  close(): void {
    this.socket.terminate();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
