/** The keys of an object, in order. */
export interface Shape {
  readonly keys: readonly string[];
  /** Whether the keys can be assigned: none is `__proto__`. */
  readonly safe: boolean;
}

interface KnownShape extends Shape {
  readonly text: string;
  readonly lengths: readonly number[];
}

const SLOTS = 512;
/** Longer ones are made each time: they are maps of many keys rather than shapes. */
const MAX_KNOWN_TEXT = 1024;

/**
 * Shapes that were read lately, one in a slot: a key that was sliced out of a text is a new string, to be hashed and
 * interned each time, while one that is kept already is. Values of a cache have few shapes.
 */
const known: (KnownShape | undefined)[] = new Array(SLOTS).fill(undefined);

/** The shape whose keys, of these lengths and `total` in all, stand in `text` from `start` on. */
export function shapeFor(text: string, start: number, lengths: readonly number[], total: number): Shape {
  if (total > MAX_KNOWN_TEXT) return makeShape(text.slice(start, start + total), lengths);
  const slot = slotOf(text, start, lengths, total);
  const candidate = known[slot];
  if (candidate && sameLengths(candidate.lengths, lengths) && text.startsWith(candidate.text, start)) {
    return candidate;
  }
  // Through an array: a slice would hold on to the whole text.
  const own = Array.from(text.slice(start, start + total), (character) => character).join('');
  const shape = makeShape(own, lengths);
  known[slot] = shape;
  return shape;
}

function makeShape(text: string, lengths: readonly number[]): KnownShape {
  const keys: string[] = [];
  let at = 0;
  for (const length of lengths) {
    keys.push(text.slice(at, at + length));
    at += length;
  }
  return { keys, safe: !keys.includes('__proto__'), text, lengths };
}

function slotOf(text: string, start: number, lengths: readonly number[], total: number): number {
  let hash = total;
  for (const length of lengths) hash = (hash * 31 + length) | 0;
  if (total > 0) hash = (hash * 31 + text.charCodeAt(start)) * 31 + text.charCodeAt(start + total - 1);
  return (hash >>> 0) % SLOTS;
}

function sameLengths(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
