import type { Command, Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';

export type Found = readonly (Buffer | null)[];

/**
 * An MGET as a connection of ioredis takes it. Its own class for commands copies, inspects and transforms arguments and
 * replies, which for the one call that everything waits for would cost a tenth of the round trip on a local server.
 */
class ReadCommand<T> {
  readonly name = 'mget';
  /** What ioredis would tell in errors: nothing, since these are names of tenants' keys. */
  readonly args = [];
  readonly promise: Promise<T>;
  /** Not for its tracing channel. */
  readonly isTraced = true;
  /** Part of no pipeline. */
  readonly pipelineIndex = undefined;
  reject!: (error: unknown) => void;
  #resolve!: (value: T) => void;
  readonly #wire: string;
  readonly #decode: (found: Found) => T;

  constructor(wire: string, decode: (found: Found) => T) {
    this.#wire = wire;
    this.#decode = decode;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.reject = reject;
    });
  }

  setReplyContext(): void {}

  toWritable(): string {
    return this.#wire;
  }

  resolve(found: Found): void {
    this.#resolve(this.#decode(found));
  }
}

/** @param bulks each name as `bulk` writes it */
export function mget<T>(
  connection: Redis,
  bulks: string,
  count: number,
  decode: (found: Found) => T,
): Promise<T> {
  const command = new ReadCommand(`*${count + 1}\r\n$4\r\nmget\r\n${bulks}`, decode);
  return connection.sendCommand(command as unknown as Command) as Promise<T>;
}

/** A text as the protocol of Redis writes it. */
export function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** @param keys how many of what was found are values; the others are tokens of marks */
export function storeRead(found: Found, keys: number): StoreRead {
  const values: (Buffer | undefined)[] = [];
  for (let index = 0; index < keys; index++) values.push(found[index] ?? undefined);
  const marks: (string | undefined)[] = [];
  for (let index = keys; index < found.length; index++) marks.push(found[index]?.toString('latin1'));
  return { values, marks };
}
