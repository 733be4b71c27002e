import { once } from 'node:events';
import pg from 'pg';
import { messageOf } from '../../errors/index.js';
import { COPY_HEADER, COPY_TRAILER, copiedRows } from '../copy/format.js';
import type { Wire } from './wire.js';

interface QueryInternals {
  handleCopyInResponse(wire: Wire): void;
}
const Query = pg.Query as unknown as new (config: object) => QueryInternals;

type CopyCallback = (failure: unknown, rows: number) => void;

const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * A COPY … FROM STDIN on its way through node-postgres. pg-copy-streams does the same, but node-postgres refuses
 * queries of foreign classes on connections that send ahead.
 */
export class CopyQuery extends Query {
  /** Ends with the answer of the server; nothing is sent for this COPY after it. */
  readonly #ended = new AbortController();
  readonly #rows: AsyncIterable<Uint8Array>;
  #sourceFailure: { readonly reason: unknown } | undefined;

  constructor(text: string, rows: AsyncIterable<Uint8Array>, callback: CopyCallback) {
    super({
      text,
      callback: (error: Error | null, result: pg.QueryResult) => {
        this.#ended.abort();
        const failure = this.#sourceFailure ?? (error && { reason: error });
        if (failure) callback(failure.reason, 0);
        else callback(undefined, copiedRows(`${result.command} ${result.rowCount}`));
      },
    });
    this.#rows = rows;
  }

  /** Whether the rows could not be read: the COPY was given up, and the connection is well. */
  get failedAtSource(): boolean {
    return this.#sourceFailure !== undefined;
  }

  override handleCopyInResponse(wire: Wire): void {
    void this.#send(wire);
  }

  get #isOver(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Never rejects. */
  async #send(wire: Wire): Promise<void> {
    try {
      await this.#write(wire, COPY_HEADER);
      for await (const rows of this.#rows) {
        if (this.#isOver) return;
        await this.#write(wire, rows);
      }
      if (this.#isOver) return;
      await this.#write(wire, COPY_TRAILER);
      if (!this.#isOver) wire.stream.write(COPY_DONE);
    } catch (reason) {
      if (this.#isOver) return;
      this.#sourceFailure = { reason };
      wire.sendCopyFail(messageOf(reason));
    }
  }

  /** Resolves when there is room for more, or nothing more is wanted. */
  async #write({ stream }: Wire, bytes: Uint8Array): Promise<void> {
    const head = Buffer.from([0x64, 0, 0, 0, 0]);
    head.writeInt32BE(4 + bytes.length, 1);
    stream.cork();
    stream.write(head);
    const hasRoom = stream.write(bytes);
    stream.uncork();
    if (!hasRoom) await once(stream, 'drain', this.#ended).catch(() => undefined);
  }
}
