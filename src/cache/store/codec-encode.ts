import { AquiferError, type ErrorDetails, isAquiferError } from '../../errors/index.js';
import {
  BINARY_KINDS,
  FEWEST_DOUBLES,
  MAX_DEPTH,
  MAX_SHAPES,
  Op,
  SHAPE_FROM,
  SHORT_STRING_FROM,
  SMALL_INT_FROM,
  TEXT_ENCODINGS,
} from './codec-format.js';

const FIRST_BYTES = 4096;
/** A scratch that grew beyond is let go of. */
const KEPT_BYTES = 1 << 20;
const MAX_VARINT_BYTES = 5;
const WIDE = /[\u0100-\uffff]/;

/** Bytes around what is written. */
export interface Room {
  readonly before: number;
  readonly after: number;
}

/** Writes values into a scratch of its own. */
export class ValueEncoder {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;
  #text = '';
  #shapes: string[][] = [];
  #lastShape = 0;
  readonly #holders: object[] = [];
  readonly #path: (string | number)[] = [];
  #busy = false;

  /**
   * The values one after the other, with room around them for the caller to fill.
   *
   * @throws AQF_CACHE_VALUE_INVALID for what could not come back as it is; the message says where it is.
   */
  encode(values: readonly unknown[], room: Room): Buffer {
    // A getter of a value may cache something itself.
    if (this.#busy) return new ValueEncoder().encode(values, room);
    this.#busy = true;
    try {
      for (const value of values) this.#write(value);
      return this.#assemble(room);
    } catch (error) {
      throw isAquiferError(error) ? error : this.#invalid('throws when read', { cause: error });
    } finally {
      this.#reset();
    }
  }

  #assemble({ before, after }: Room): Buffer {
    const encoding = textEncoding(this.#text);
    const name = TEXT_ENCODINGS[encoding] as BufferEncoding;
    const textBytes = Buffer.byteLength(this.#text, name);
    const bytes = Buffer.allocUnsafe(before + 1 + MAX_VARINT_BYTES + textBytes + this.#at + after);
    bytes[before] = encoding;
    let at = writeVarint(bytes, before + 1, textBytes);
    if (textBytes > 0) at += bytes.write(this.#text, at, name);
    at += this.#bytes.copy(bytes, at, 0, this.#at);
    return bytes.subarray(0, at + after);
  }

  #reset(): void {
    this.#at = 0;
    this.#text = '';
    this.#shapes = [];
    this.#lastShape = 0;
    this.#holders.length = 0;
    this.#busy = false;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#writeString(value);
        break;
      case 'number':
        this.#writeNumber(value);
        break;
      case 'boolean':
        this.#writeByte(value ? Op.true : Op.false);
        break;
      case 'undefined':
        this.#writeByte(Op.undefined);
        break;
      case 'bigint':
        this.#writeBigint(value);
        break;
      case 'object':
        if (value === null) this.#writeByte(Op.null);
        else this.#writeObject(value);
        break;
      default:
        throw this.#invalid(`is a ${typeof value}`);
    }
  }

  #writeString(value: string): void {
    const length = value.length;
    if (length < SMALL_INT_FROM - SHORT_STRING_FROM) this.#writeByte(SHORT_STRING_FROM + length);
    else this.#writeCount(Op.string, length);
    this.#text += value;
  }

  #writeNumber(value: number): void {
    if ((value | 0) !== value || Object.is(value, -0)) this.#writeDouble(Op.double, value);
    else if (value < 0) this.#writeCount(Op.negativeInt, -1 - value);
    else if (value < 0x80) this.#writeByte(SMALL_INT_FROM + value);
    else this.#writeCount(Op.int, value);
  }

  #writeBigint(value: bigint): void {
    const digits = (value < 0n ? -value : value).toString(16);
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
    this.#writeCount(value < 0n ? Op.negativeBigint : Op.bigint, bytes.length);
    this.#writeBytes(bytes);
  }

  #writeObject(value: object): void {
    const depth = this.#holders.length;
    if (depth >= MAX_DEPTH) throw this.#invalid(`lies deeper than ${MAX_DEPTH} levels`);
    if (this.#holders.includes(value)) throw this.#invalid('holds itself');
    this.#holders.push(value);
    this.#writeContent(value);
    this.#holders.pop();
  }

  #writeContent(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) this.#writePlain(value as Plain);
    else if (prototype === Array.prototype) this.#writeArray(value as unknown[]);
    else if (prototype === Date.prototype) this.#writeDouble(Op.date, (value as Date).getTime());
    else if (prototype === Map.prototype) this.#writeMap(value as Map<unknown, unknown>);
    else if (prototype === Set.prototype) this.#writeItems(Op.set, [...(value as Set<unknown>)]);
    else if (prototype === RegExp.prototype) this.#writeRegExp(value as RegExp);
    else if (value instanceof Error) this.#writeError(value);
    else this.#writeBinary(value);
  }

  #writePlain(value: Plain): void {
    const keys = Object.keys(value);
    this.#writeShape(keys);
    const depth = this.#holders.length - 1;
    for (const key of keys) {
      this.#path[depth] = key;
      this.#write(value[key]);
    }
  }

  #writeShape(keys: string[]): void {
    const known = this.#shapeOf(keys);
    if (known === undefined) this.#writeNewShape(keys);
    else this.#writeByte(SHAPE_FROM + known);
  }

  #writeNewShape(keys: string[]): void {
    if (this.#shapes.length < MAX_SHAPES) this.#lastShape = this.#shapes.push(keys) - 1;
    this.#writeCount(Op.newShape, keys.length);
    for (const key of keys) {
      this.#writeVarint(key.length);
      this.#text += key;
    }
  }

  #shapeOf(keys: readonly string[]): number | undefined {
    const shapes = this.#shapes;
    // Objects of one shape come in a row, or two shapes take turns.
    for (let tried = 0, index = this.#lastShape; tried < shapes.length; tried++, index++) {
      if (index >= shapes.length) index = 0;
      if (!sameKeys(shapes[index] as string[], keys)) continue;
      this.#lastShape = index;
      return index;
    }
    return undefined;
  }

  #writeArray(items: readonly unknown[]): void {
    if (!areDoubles(items)) {
      this.#writeItems(Op.array, items);
      return;
    }
    this.#writeCount(Op.doubles, items.length);
    this.#writeBytes(new Uint8Array(new Float64Array(items).buffer));
  }

  #writeItems(op: number, items: readonly unknown[]): void {
    this.#writeCount(op, items.length);
    const depth = this.#holders.length - 1;
    for (let index = 0; index < items.length; index++) {
      this.#path[depth] = index;
      this.#write(items[index]);
    }
  }

  #writeMap(map: Map<unknown, unknown>): void {
    this.#writeCount(Op.map, map.size);
    const depth = this.#holders.length - 1;
    let index = 0;
    for (const [key, value] of map) {
      this.#path[depth] = index++;
      this.#write(key);
      this.#write(value);
    }
  }

  #writeRegExp(value: RegExp): void {
    this.#writeByte(Op.regexp);
    this.#writeString(value.source);
    this.#writeString(value.flags);
  }

  #writeError(error: Error): void {
    this.#writeByte(Op.error);
    this.#writeString(String(error.name));
    this.#writeString(String(error.message));
    this.#path[this.#holders.length - 1] = 'stack';
    this.#write(error.stack);
    const others: Plain = { ...error };
    for (const name of ['cause', 'errors'])
      if (Object.hasOwn(error, name)) others[name] = (error as unknown as Plain)[name];
    this.#writePlain(others);
  }

  #writeBinary(value: object): void {
    const kind = BINARY_KINDS.findIndex((known) => Object.getPrototypeOf(value) === known.prototype);
    if (kind < 0) {
      this.#holders.pop();
      throw this.#invalid(`is ${nameOf(value)}, which would come back as something else`);
    }
    const bytes = bytesOf(value as ArrayBuffer | ArrayBufferView);
    this.#need(2);
    this.#bytes[this.#at++] = Op.binary;
    this.#bytes[this.#at++] = kind;
    this.#writeVarint(bytes.length);
    this.#writeBytes(bytes);
  }

  #writeByte(byte: number): void {
    this.#need(1);
    this.#bytes[this.#at++] = byte;
  }

  #writeCount(op: number, count: number): void {
    this.#writeByte(op);
    this.#writeVarint(count);
  }

  #writeDouble(op: number, value: number): void {
    this.#need(9);
    this.#bytes[this.#at++] = op;
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  #writeVarint(value: number): void {
    if (value > 0x7fffffff) throw this.#invalid('is too long');
    this.#need(MAX_VARINT_BYTES);
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  #writeBytes(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }

  #invalid(what: string, details?: ErrorDetails): AquiferError {
    const path = this.#path.slice(0, this.#holders.length).map(pathStep).join('');
    return new AquiferError('AQF_CACHE_VALUE_INVALID', `value${path} cannot be cached: it ${what}.`, details);
  }
}

type Plain = Record<string, unknown>;

/** Numbers, and most of them such that they would take more space one by one. */
function areDoubles(items: readonly unknown[]): items is readonly number[] {
  if (items.length < FEWEST_DOUBLES) return false;
  let small = 0;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item !== 'number') return false;
    if ((item | 0) === item) small++;
  }
  return small * 2 < items.length;
}

function textEncoding(text: string): number {
  if (!WIDE.test(text)) return 0;
  return text.isWellFormed() ? 1 : 2;
}

function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an instance of a class';
}

function pathStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
