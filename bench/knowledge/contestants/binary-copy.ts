import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { withClient } from '../../relational/server.js';

const ROWS_A_PIECE = 500;

/** Copies rows into a table, as fast as it takes them. @param table with its columns */
export async function copyInto<T>(
  url: string,
  table: string,
  rows: Iterable<T>,
  write: (copy: BinaryCopy, row: T, index: number) => void,
): Promise<void> {
  await withClient({ connectionString: url }, async (client) => {
    const target = client.query(copyFrom(`copy ${table} from stdin (format binary)`));
    await pipeline(Readable.from(pieces(rows, write)), target);
  });
}

function* pieces<T>(rows: Iterable<T>, write: (copy: BinaryCopy, row: T, index: number) => void) {
  const copy = new BinaryCopy();
  let index = 0;
  for (const row of rows) {
    write(copy, row, index++);
    if (index % ROWS_A_PIECE === 0) yield copy.take();
  }
  yield copy.end();
}

/** Rows as COPY … (FORMAT binary) reads them: a header, fields with their lengths, a trailer. */
export class BinaryCopy {
  #buffer = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  constructor() {
    this.#room(19);
    this.#at += this.#buffer.write('PGCOPY\n\xff\r\n\0', this.#at, 'latin1');
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
  }

  row(fields: number): this {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
    return this;
  }

  integer(value: number): this {
    this.#room(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
    return this;
  }

  text(value: string | null): this {
    if (value === null) return this.#missing();
    const length = Buffer.byteLength(value);
    this.#room(4 + length);
    this.#at = this.#buffer.writeInt32BE(length, this.#at);
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
    return this;
  }

  json(value: object): this {
    const text = JSON.stringify(value);
    const length = Buffer.byteLength(text);
    this.#room(5 + length);
    this.#at = this.#buffer.writeInt32BE(1 + length, this.#at);
    this.#at = this.#buffer.writeUInt8(1, this.#at);
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
    return this;
  }

  halfvec(vector: Float32Array): this {
    this.#room(8 + 2 * vector.length);
    this.#at = this.#buffer.writeInt32BE(4 + 2 * vector.length, this.#at);
    this.#at = this.#buffer.writeInt16BE(vector.length, this.#at);
    this.#at = this.#buffer.writeInt16BE(0, this.#at);
    for (const value of vector) this.#at = this.#buffer.writeUInt16BE(halfOf(value), this.#at);
    return this;
  }

  /** What was written since the last call. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(1 << 20);
    this.#at = 0;
    return taken;
  }

  end(): Buffer {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    return this.take();
  }

  #missing(): this {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
    return this;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** IEEE 754 binary16 of a number of less than 65,504, rounded to the nearest, ties to even. */
function halfOf(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent > 0) return sign | roundedShift((exponent << 23) | fraction, 13);
  return exponent < -10 ? sign : sign | roundedShift(0x800000 | fraction, 14 - exponent);
}

function roundedShift(value: number, by: number): number {
  const half = 1 << (by - 1);
  const shifted = value >>> by;
  const rest = value & ((1 << by) - 1);
  return rest > half || (rest === half && shifted & 1) ? shifted + 1 : shifted;
}
