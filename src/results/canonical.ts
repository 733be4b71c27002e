import { createHash } from 'node:crypto';
import { AquiferError } from '../errors/index.js';

/** Deeper than anyone asks; a cycle is deeper still. */
const DEEPEST = 64;

/**
 * One text for what means the same: properties in one order whatever order they were written in, those that are
 * undefined left out. It is JSON but for dates, bigints, bytes and undefined elements, which are written so that no
 * string is taken for one.
 * @param ordered properties whose objects mean something by their order
 * @throws AQF_ARGUMENT_INVALID for functions, symbols, cycles, and objects of classes without `toJSON`
 */
export function canonical(value: unknown, ordered: ReadonlySet<string> = NONE): string {
  return write(value, ordered, false, 0);
}

const NONE: ReadonlySet<string> = new Set();

function write(value: unknown, ordered: ReadonlySet<string>, inOrder: boolean, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '0' : String(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : writeObject(value, ordered, inOrder, depth + 1);
    default:
      throw unnamed(`a ${typeof value}`);
  }
}

function writeObject(value: object, ordered: ReadonlySet<string>, inOrder: boolean, depth: number): string {
  if (depth > DEEPEST) throw unnamed(`something deeper than ${DEEPEST} levels, or a cycle`);
  if (Array.isArray(value)) {
    return `[${value.map((element) => write(element, ordered, false, depth)).join(',')}]`;
  }
  if (value instanceof Date) return `date(${value.getTime()})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${base64(value)})`;
  if (isPlain(value)) return writeProperties(value, ordered, inOrder, depth);
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return write(value.toJSON(), ordered, inOrder, depth);
  }
  throw unnamed(`an object of ${value.constructor?.name ?? 'an unknown class'}`);
}

function writeProperties(
  value: object,
  ordered: ReadonlySet<string>,
  inOrder: boolean,
  depth: number,
): string {
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!inOrder) present.sort(([a], [b]) => (a < b ? -1 : 1));
  const members = present.map(
    ([name, member]) => `${JSON.stringify(name)}:${write(member, ordered, ordered.has(name), depth)}`,
  );
  return `{${members.join(',')}}`;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function base64(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
}

function unnamed(what: string): AquiferError {
  return new AquiferError('AQF_ARGUMENT_INVALID', `${what} cannot be part of the key of a cache.`);
}

/** SHA-256, in letters, digits, `-` and `_`; of text that is no Unicode, which UTF-8 cannot tell apart, marked by `~`. */
export function digest(text: string): string {
  if (text.isWellFormed()) return createHash('sha256').update(text).digest('base64url');
  return `~${createHash('sha256').update(text, 'utf16le').digest('base64url')}`;
}

/** Longer keys are worth hashing: they are kept with every value, and sent with every question. */
const LONGEST_PLAIN = 96;

/** The text itself while it is short and so can be read by people who look into the store; else its digest. */
export function shortKey(text: string): string {
  return text.length <= LONGEST_PLAIN ? `=${text}` : digest(text);
}
