import type { WebSocket } from 'ws';
import type { ServerMessage } from './messages.js';

/** What goes to one client. Who sends waits while the client does not read. */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #most: number;
  #sent = 0;

  /** @param most bytes that may wait */
  constructor(socket: WebSocket, most: number) {
    this.#socket = socket;
    this.#most = most;
  }

  /** Events sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether the client leaves so much unread that it is not worth keeping. */
  get isStuck(): boolean {
    return this.#socket.bufferedAmount > 4 * this.#most;
  }

  /** Resolves when the next may be sent. */
  async send(message: ServerMessage): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    if (message.type === 'event') this.#sent++;
    const text = JSON.stringify(message);
    if (socket.bufferedAmount < this.#most) socket.send(text);
    // Called back when it was written, or never will be.
    else await new Promise<void>((resolve) => socket.send(text, () => resolve()));
  }
}
