/** Bytes of the parts of V8's heap, on 64 bits with compressed pointers off. */
const WORD = 8;
const HEADER = 3 * WORD;
const STRING_HEADER = 16;

/**
 * Bytes that a value holds in memory, estimated from its parts: strings by what a character takes (1 byte, or 2 where
 * one is beyond Latin-1), buffers and typed arrays by their bytes, objects by their slots. What is reached twice
 * counts once. Stops counting above `limit`.
 */
export function sizeOf(value: unknown, limit = Number.POSITIVE_INFINITY): number {
  if (typeof value === 'string') return sizeOfString(value);
  if (typeof value !== 'object' || value === null) return sizeOfPrimitive(value);
  return sizeOfObject(value, limit);
}

function sizeOfObject(root: object, limit: number): number {
  const seen = new Set<object>([root]);
  const waiting: object[] = [root];
  let bytes = 0;
  const add = (part: unknown) => {
    if (typeof part === 'string') bytes += sizeOfString(part);
    else if (typeof part !== 'object' || part === null) bytes += sizeOfPrimitive(part);
    else if (!seen.has(part)) {
      seen.add(part);
      waiting.push(part);
    }
  };
  for (let next = waiting.pop(); next !== undefined && bytes <= limit; next = waiting.pop()) {
    // Holes count too: a long array need not be looked through to be too large.
    if (Array.isArray(next) && next.length * WORD > limit) return next.length * WORD;
    bytes += addObject(next, add);
  }
  return bytes;
}

/** Bytes of the object itself; tells `add` of its parts. */
function addObject(object: object, add: (part: unknown) => void): number {
  if (ArrayBuffer.isView(object)) return HEADER + 4 * WORD + object.byteLength;
  if (object instanceof ArrayBuffer) return HEADER + WORD + object.byteLength;
  if (object instanceof Date) return HEADER + 8 * WORD;
  if (Array.isArray(object)) {
    for (const item of object) add(item);
    return HEADER + 2 * WORD + object.length * WORD;
  }
  if (object instanceof Map) {
    for (const [key, value] of object) {
      add(key);
      add(value);
    }
    return HEADER + 5 * WORD + object.size * 4 * WORD;
  }
  if (object instanceof Set) {
    for (const item of object) add(item);
    return HEADER + 5 * WORD + object.size * 3 * WORD;
  }
  const values = Object.values(object);
  for (const value of values) add(value);
  return HEADER + values.length * WORD;
}

function sizeOfPrimitive(value: unknown): number {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 0 : 2 * WORD;
  if (typeof value === 'bigint') return 2 * WORD + Math.ceil(value.toString(16).length / 2);
  return 0;
}

const BEYOND_LATIN1 = /[^\0-\xff]/;

export function sizeOfString(text: string): number {
  const bytes = BEYOND_LATIN1.test(text) ? text.length * 2 : text.length;
  return STRING_HEADER + Math.ceil(bytes / WORD) * WORD;
}
