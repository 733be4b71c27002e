import { ValueDecoder } from './codec-decode.js';
import { type Room, ValueEncoder } from './codec-encode.js';

const encoder = new ValueEncoder();
const decoder = new ValueDecoder();
const NO_ROOM: Room = { before: 0, after: 0 };

/**
 * Values as bytes, with room around them for the caller to fill. What goes in comes out: plain objects and
 * arrays, Date, Map, Set, RegExp, Error, Buffer, ArrayBuffer and typed arrays, bigint, undefined, NaN and -0, strings
 * with halves of surrogate pairs, keys such as `__proto__`. What would not is refused rather than bent: functions,
 * symbols, promises, instances of classes, what holds itself. Lost are holes of arrays (they become undefined), keys
 * that are symbols, the missing prototype of `Object.create(null)`, the class of errors that are not JavaScript's own,
 * and that two places held the same object.
 *
 * @throws AQF_CACHE_VALUE_INVALID, naming the place, as in `value.items[3].price`.
 */
export function encodeValues(values: readonly unknown[], room: Room = NO_ROOM): Buffer {
  return encoder.encode(values, room);
}

/**
 * The values that the bytes from `start` to `end` are. Strings are slices of one text: a short one that is kept alone keeps all
 * strings of its value in memory.
 *
 * @throws anything, when they are none; never runs or allocates what hostile bytes say.
 */
export function decodeValues(bytes: Buffer, start = 0, end = bytes.length): unknown[] {
  return decoder.decode(bytes, start, end);
}
