/**
 * How values are written, in two parts: one text, in which every string of theirs stands in the order of
 * reading, and operations of one byte and what belongs to them. The text is decoded at once and sliced, which costs far
 * less than decoding each string, and a shape (the keys of an object) is written once however many objects have it.
 *
 *     values  := encoding:u8 textBytes:varint text operation*
 *     varint  := 7 bits a byte, the lowest first, at most 31 bits
 *
 * Operations at or above a `FROM` carry a small number in their byte.
 */
export const Op = {
  null: 0,
  undefined: 1,
  false: 2,
  true: 3,
  /** varint */
  int: 4,
  /** varint of -1 - n */
  negativeInt: 5,
  /** f64, little-endian like all numbers */
  double: 6,
  /** varint: length in UTF-16 units */
  string: 7,
  /** varint of items, items */
  array: 8,
  /** varint of keys, varint length of each, values: the next shape */
  newShape: 9,
  /** varint of entries, key and value of each */
  map: 10,
  /** varint of items, items */
  set: 11,
  /** f64: milliseconds since 1970 */
  date: 12,
  /** varint of bytes, big-endian */
  bigint: 13,
  negativeBigint: 14,
  /** kind:u8, varint of bytes, bytes */
  binary: 15,
  /** source, flags */
  regexp: 16,
  /** name, message, stack, an object of what else it has */
  error: 17,
  /** varint of numbers, f64 of each: an array such as an embedding */
  doubles: 18,
} as const;

export const SHAPE_FROM = 0x20;
export const SHORT_STRING_FROM = 0x40;
export const SMALL_INT_FROM = 0x80;

/** Shapes beyond are written again each time. */
export const MAX_SHAPES = SHORT_STRING_FROM - SHAPE_FROM;
/** Deeper values are refused, so that neither side runs out of stack. */
export const MAX_DEPTH = 500;

/** Arrays of fewer numbers are written item by item. */
export const FEWEST_DOUBLES = 8;

export const TEXT_ENCODINGS = ['latin1', 'utf8', 'utf16le'] as const;

/** The kinds of `Op.binary`, by their place. Typed arrays are as the machine has them: little-endian, but on s390x. */
export const BINARY_KINDS = [
  Buffer,
  Uint8Array,
  ArrayBuffer,
  DataView,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** Errors that come back as what they were; others come back as an Error with their name. */
export const ERROR_KINDS: ReadonlyMap<string, ErrorConstructor> = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((kind) => [
    kind.name,
    kind,
  ]),
);
