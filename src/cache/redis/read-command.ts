import type { Command, Redis } from 'ioredis';
import type { StoreRead } from '../store/store.js';

type Found = readonly (Buffer | null)[];

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
  readonly #failed: (error: unknown) => Error;
  #resolve!: (read: StoreRead) => void;
  #reject!: (error: Error) => void;

  /**
   * @param bulks each name as `bulk` writes it, those of values first
   * @param keys how many are of values
   * @param marks how many are of marks
   */
  constructor(bulks: string, keys: number, marks: number, failed: (error: unknown) => Error) {
    this.#wire = `*${keys + marks + 1}\r\n$4\r\nmget\r\n${bulks}`;
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

  resolve(found: Found): void {
    this.#resolve(storeRead(found, this.#keys));
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
  for (let index = 0; index < keys; index++) values.push(found[index] ?? undefined);
  const marks: (string | undefined)[] = [];
  for (let index = keys; index < found.length; index++) marks.push(found[index]?.toString());
  return { values, marks };
}
