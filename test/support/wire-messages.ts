/** One message of PostgreSQL's protocol (its manual, chapter 53.7). */
export interface WireMessage {
  /** Its type byte as a letter; `startup` for the first of a client, which has none. */
  readonly type: string;
  /** The whole message, type and length included. */
  readonly bytes: Buffer;
}

const LENGTH_BYTES = 4;

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  #rest: Buffer = Buffer.alloc(0);
  #started: boolean;

  constructor(side: 'frontend' | 'backend') {
    this.#started = side === 'backend';
  }

  /** The messages that are complete with this chunk. */
  read(chunk: Buffer): WireMessage[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: WireMessage[] = [];
    for (let message = this.#next(); message; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): WireMessage | undefined {
    const typeBytes = this.#started ? 1 : 0;
    if (this.#rest.length < typeBytes + LENGTH_BYTES) return undefined;
    const end = typeBytes + this.#rest.readUInt32BE(typeBytes);
    if (this.#rest.length < end) return undefined;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    const type = this.#started ? String.fromCharCode(bytes[0] ?? 0) : 'startup';
    this.#started = true;
    return { type, bytes };
  }
}

/** The SQL in a Query or Parse message; undefined in any other. */
export function sqlOf({ type, bytes }: WireMessage): string | undefined {
  const text = bytes
    .subarray(1 + LENGTH_BYTES)
    .toString('utf8')
    .split('\0');
  if (type === 'Q') return text[0];
  return type === 'P' ? text[1] : undefined;
}
