import type { Command, Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';

type Found = readonly unknown[];

/**
 * An MGET as a connection of ioredis takes it. Its own class for commands copies, inspects and transforms arguments and
 * replies, which for the one call that everything waits for would cost a tenth of the round trip on a local server.
 */
export class ReadCommand {
  readonly name = 'mget';
  /** What ioredis would tell in errors: nothing, since these are names of tenants' keys. */
  readonly args = [];
  /** Not for its tracing channel. */
  readonly isTraced = true;
  /** Part of no pipeline. */
  readonly pipelineIndex = undefined;
  readonly promise: Promise<StoreRead>;
  readonly #wire: string;
  readonly #keys: number;
  readonly #count: number;
  readonly #failed: (error: unknown) => Error;
  #resolve!: (read: StoreRead) => void;
  #reject!: (error: Error) => void;

  /**
   * @param bulks each name as `bulk` writes it, those of values first
   * @param keys how many are of values
   * @param marks how many are of marks
   */
  constructor(bulks: string, keys: number, marks: number, failed: (error: unknown) => Error) {
    this.#count = keys + marks;
    this.#wire = `*${this.#count + 1}\r\n$4\r\nmget\r\n${bulks}`;
    this.#keys = keys;
    this.#failed = failed;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  sendOn(connection: Redis): Promise<StoreRead> {
    connection.sendCommand(this as unknown as Command);
    return this.promise;
  }

  setReplyContext(): void {}

  toWritable(): string {
    return this.#wire;
  }

  resolve(found: unknown): void {
    // A proxy in between may answer with anything.
    if (Array.isArray(found) && found.length === this.#count) this.#resolve(storeRead(found, this.#keys));
    else this.reject(new Error('the answer is none to what was asked'));
  }

  reject(error: unknown): void {
    this.#reject(this.#failed(error));
  }
}

/** A text as the protocol of Redis writes it. */
export function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** @param keys how many of what was found are values; the others are tokens of marks */
export function storeRead(found: Found, keys: number): StoreRead {
  const values: (Buffer | undefined)[] = [];
  for (let index = 0; index < keys; index++) values.push(bytesOrNone(found[index]));
  const marks: (string | undefined)[] = [];
  for (let index = keys; index < found.length; index++) marks.push(bytesOrNone(found[index])?.toString());
  return { values, marks };
}

function bytesOrNone(found: unknown): Buffer | undefined {
  return Buffer.isBuffer(found) ? found : undefined;
}
