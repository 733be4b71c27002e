import {
  BINARY_KINDS,
  ERROR_KINDS,
  MAX_DEPTH,
  MAX_SHAPES,
  Op,
  SHAPE_FROM,
  SHORT_STRING_FROM,
  SMALL_INT_FROM,
  TEXT_ENCODINGS,
} from './codec-format.js';
import { type Shape, shapeFor } from './codec-shapes.js';

const NOTHING = Buffer.alloc(0);
const DOUBLE = new Float64Array(1);
const DOUBLE_BYTES = new Uint8Array(DOUBLE.buffer);

/** What was read is no value: cut short, changed on its way, or made up. */
export class Corrupt extends Error {}

/**
 * Reads what a ValueEncoder wrote. Whatever the bytes say, it allocates no more than a fixed multiple of their length, runs
 * no code of theirs and sets no prototype.
 */
export class ValueDecoder {
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;
  #text = '';
  #textAt = 0;
  #shapes: Shape[] = [];
  #depth = 0;

  /** The values that the bytes from `start` to `end` are. @throws anything, when they are none. */
  decode(bytes: Buffer, start: number, end: number): unknown[] {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#depth = 0;
    this.#shapes = [];
    try {
      this.#readText();
      const values: unknown[] = [];
      while (this.#at < this.#end) values.push(this.#read());
      if (this.#at !== this.#end || this.#textAt !== this.#text.length) throw new Corrupt();
      return values;
    } finally {
      this.#bytes = NOTHING;
      this.#text = '';
    }
  }

  #readText(): void {
    const encoding = TEXT_ENCODINGS[this.#readByte()];
    const length = this.#readLength();
    if (!encoding) throw new Corrupt();
    this.#text = length === 0 ? '' : this.#bytes.toString(encoding, this.#at, this.#at + length);
    this.#textAt = 0;
    this.#at += length;
  }

  #read(): unknown {
    const op = this.#readByte();
    if (op >= SMALL_INT_FROM) return op - SMALL_INT_FROM;
    if (op >= SHORT_STRING_FROM) return this.#slice(op - SHORT_STRING_FROM);
    if (op >= SHAPE_FROM) return this.#readObject(this.#shapes[op - SHAPE_FROM]);
    switch (op) {
      case Op.null:
        return null;
      case Op.undefined:
        return undefined;
      case Op.false:
        return false;
      case Op.true:
        return true;
      case Op.int:
        return this.#readVarint();
      case Op.negativeInt:
        return -1 - this.#readVarint();
      case Op.double:
        return this.#readDouble();
      case Op.string:
        return this.#slice(this.#readVarint());
      case Op.array:
        return this.#readArray();
      case Op.newShape:
        return this.#readObject(this.#readShape());
      case Op.date:
        return new Date(this.#readDouble());
      default:
        return this.#readRare(op);
    }
  }

  #readRare(op: number): unknown {
    switch (op) {
      case Op.map:
        return this.#readMap();
      case Op.set:
        return new Set(this.#readArray());
      case Op.bigint:
        return this.#readBigint();
      case Op.negativeBigint:
        return -this.#readBigint();
      case Op.binary:
        return this.#readBinary();
      case Op.regexp:
        return new RegExp(this.#readString(), this.#readString());
      case Op.error:
        return this.#readError();
      case Op.doubles:
        return this.#readDoubles();
      default:
        throw new Corrupt();
    }
  }

  #readShape(): Shape {
    const lengths: number[] = [];
    let total = 0;
    for (let left = this.#readLength(); left > 0; left--) {
      const length = this.#readVarint();
      lengths.push(length);
      total += length;
    }
    const start = this.#textAt;
    this.#skipText(total);
    const shape = shapeFor(this.#text, start, lengths, total);
    if (this.#shapes.length < MAX_SHAPES) this.#shapes.push(shape);
    return shape;
  }

  #readObject(shape: Shape | undefined): object {
    if (!shape) throw new Corrupt();
    this.#descend();
    const { keys } = shape;
    const object: Record<string, unknown> = {};
    if (shape.safe)
      for (let index = 0; index < keys.length; index++) object[keys[index] as string] = this.#read();
    else for (const key of keys) define(object, key, this.#read(), true);
    this.#depth--;
    return object;
  }

  #readArray(): unknown[] {
    this.#descend();
    const items: unknown[] = [];
    for (let left = this.#readLength(); left > 0; left--) items.push(this.#read());
    this.#depth--;
    return items;
  }

  #readMap(): Map<unknown, unknown> {
    this.#descend();
    const map = new Map<unknown, unknown>();
    for (let left = this.#readLength(); left > 0; left--) {
      const key = this.#read();
      map.set(key, this.#read());
    }
    this.#depth--;
    return map;
  }

  #readBigint(): bigint {
    return BigInt(`0x${this.#readBytes(this.#readLength()).toString('hex')}`);
  }

  #readBinary(): unknown {
    const Kind = BINARY_KINDS[this.#readByte()];
    if (!Kind) throw new Corrupt();
    const bytes = this.#readBytes(this.#readLength());
    if (Kind === Buffer) return Buffer.from(bytes);
    // A copy of its own: aligned, and not holding on to the whole reply.
    const { buffer } = new Uint8Array(bytes);
    return Kind === ArrayBuffer ? buffer : new (Kind as Uint8ArrayConstructor)(buffer);
  }

  #readError(): Error {
    this.#descend();
    const name = this.#readString();
    const Kind = ERROR_KINDS.get(name) ?? Error;
    const error = new Kind(this.#readString());
    if (error.name !== name) define(error, 'name', name, false);
    define(error, 'stack', this.#read(), false);
    const others = this.#read();
    if (typeof others !== 'object' || others === null) throw new Corrupt();
    for (const [key, value] of Object.entries(others)) {
      define(error, key, value, key !== 'cause' && key !== 'errors');
    }
    this.#depth--;
    return error;
  }

  #readString(): string {
    const value = this.#read();
    if (typeof value !== 'string') throw new Corrupt();
    return value;
  }

  #slice(length: number): string {
    const start = this.#textAt;
    this.#skipText(length);
    return this.#text.slice(start, this.#textAt);
  }

  #skipText(length: number): void {
    this.#textAt += length;
    if (this.#textAt > this.#text.length) throw new Corrupt();
  }

  #readByte(): number {
    if (this.#at >= this.#end) throw new Corrupt();
    return this.#bytes[this.#at++] as number;
  }

  #readDouble(): number {
    const from = this.#at;
    this.#at += 8;
    if (this.#at > this.#end) throw new Corrupt();
    // Faster than a DataView, which would have to be made for each value.
    for (let byte = 0; byte < 8; byte++) DOUBLE_BYTES[byte] = this.#bytes[from + byte] as number;
    return DOUBLE[0] as number;
  }

  #readDoubles(): number[] {
    const count = this.#readLength();
    if (count * 8 > this.#end - this.#at) throw new Corrupt();
    const doubles = new Float64Array(new Uint8Array(this.#readBytes(count * 8)).buffer);
    const items = new Array<number>(count);
    for (let index = 0; index < count; index++) items[index] = doubles[index] as number;
    return items;
  }

  #readBytes(length: number): Buffer {
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** A number of things that each take a byte at least, so that it cannot promise more than there is. */
  #readLength(): number {
    const length = this.#readVarint();
    if (length > this.#end - this.#at) throw new Corrupt();
    return length;
  }

  #readVarint(): number {
    let byte = this.#readByte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw new Corrupt();
      byte = this.#readByte();
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  }

  #descend(): void {
    if (++this.#depth > MAX_DEPTH + 1) throw new Corrupt();
  }
}

/** Like an assignment, but a key is a key: it reaches no setter, and no prototype. */
function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}
