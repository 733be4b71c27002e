import { ApiError, unreachable } from './error.js';
import type { LiveEvent, LiveFollowOptions } from './live.js';
import type { Connection } from './options.js';
import { OPEN, openSocket, type Socket } from './web-socket.js';

/** Events that wait for a slow reader; then the connection is ended, and another goes on when they are read. */
const MOST_WAITING = 5000;
/** Browsers do not show pings: a connection that says nothing for so long is asked, and given up when it does not answer. */
const SILENCE_MS = 45_000;
const ID = 'changes';

interface Told {
  readonly position: string;
  /** Absent where nothing that was asked for happened up to there. */
  readonly event?: LiveEvent;
}

interface Message extends Partial<Told> {
  readonly type: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
}

/** One connection to `/ws` with one subscription. */
export class LiveConnection {
  readonly #connection: Connection;
  readonly #options: LiveFollowOptions;
  readonly #waiting: Told[] = [];
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #ended = false;
  #error: ApiError | undefined;
  #wake: (() => void) | undefined;
  #subscribed: string | undefined;

  constructor(connection: Connection, options: LiveFollowOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Resolves to the position that it follows from. @throws ApiError */
  async open(): Promise<string> {
    const [socket, key] = await Promise.all([openSocket(this.#address()), this.#connection.key()]);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as Message);
    socket.onclose = () => this.#end();
    socket.onerror = () => this.#end();
    socket.onopen = () => this.#begin(key);
    if (socket.readyState === OPEN) this.#begin(key);
    this.#options.signal?.addEventListener('abort', this.close, { once: true });
    while (this.#subscribed === undefined && !this.#ended) await this.#news();
    if (this.#subscribed === undefined) throw this.#error ?? unreachable(undefined);
    return this.#subscribed;
  }

  /** Until the connection ends. @throws ApiError that the server ended it with */
  async *changes(): AsyncGenerator<Told> {
    for (;;) {
      const told = this.#waiting.shift();
      if (told) yield told;
      else if (this.#ended) break;
      else await this.#news();
    }
    if (this.#error) throw this.#error;
  }

  readonly close = (): void => {
    this.#options.signal?.removeEventListener('abort', this.close);
    this.#socket?.close(1000);
    this.#end();
  };

  #address(): string {
    return `${this.#connection.url.replace(/^http/, 'ws')}/ws`;
  }

  #begin(key: string): void {
    const { entity, operations, position } = this.#options;
    this.#heardAt = Date.now();
    this.#timer = setInterval(() => this.#assertAlive(), SILENCE_MS / 3);
    this.#send({ type: 'authenticate', key });
    this.#send({ type: 'subscribe', id: ID, entity, operations, position });
  }

  #hear(message: Message): void {
    if (this.#ended) return;
    this.#heardAt = Date.now();
    const { type, position, event } = message;
    if (type === 'subscribed') this.#subscribed = position;
    else if (type === 'error') this.#fail(message);
    else if (position !== undefined) this.#waiting.push(event ? { position, event } : { position });
    if (this.#waiting.length >= MOST_WAITING) this.close();
    this.#ring();
  }

  #fail({ code = 'AQF_INTERNAL', detail = '', hint = '' }: Message): void {
    this.#error = new ApiError({ code, detail, hint });
    this.close();
  }

  /** What is answered to a question for a subscription that there is not shows that someone is there. */
  #assertAlive(): void {
    const silent = Date.now() - this.#heardAt;
    if (silent > SILENCE_MS) this.close();
    else if (silent > SILENCE_MS / 2) this.#send({ type: 'unsubscribe', id: 'alive?' });
  }

  #send(message: object): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #end(): void {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#ring();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
