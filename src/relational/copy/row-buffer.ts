const FIRST_BYTES = 320 * 1024;

/**
 * Rows in PostgreSQL's binary COPY format, written one after the other into one buffer that grows. Numbers are in
 * network order; each field is its length and its bytes.
 */
export class RowBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A row of so many fields begins. */
  row(fields: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeInt16BE(fields, this.#length);
  }

  null(): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeInt32BE(-1, this.#length);
  }

  integer(value: number): void {
    this.#reserve(8);
    this.#bytes.writeInt32BE(4, this.#length);
    this.#length = this.#bytes.writeInt32BE(value, this.#length + 4);
  }

  text(value: string): void {
    this.#text(value, 0);
  }

  /** `json` is the text of the document; before it jsonb has the number of its format, 1 (jsonb_recv). */
  jsonb(json: string): void {
    this.#text(json, 1);
  }

  /** A field whose bytes the caller writes: they are at `at` and after in what it is given. */
  field(length: number, write: (bytes: Buffer, at: number) => void): void {
    this.#reserve(4 + length);
    write(this.#bytes, this.#bytes.writeInt32BE(length, this.#length));
    this.#length += 4 + length;
  }

  /** What was written since the last time; it is the caller's from now on. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }

  #text(value: string, version: 0 | 1): void {
    this.#reserve(5 + value.length * 3);
    const start = this.#length + 4 + version;
    const length = this.#bytes.write(value, start);
    this.#bytes.writeInt32BE(length + version, this.#length);
    if (version === 1) this.#bytes[start - 1] = version;
    this.#length = start + length;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2, FIRST_BYTES));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
