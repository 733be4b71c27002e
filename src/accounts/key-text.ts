import { createHash, randomInt } from 'node:crypto';

/** `aq_<id>_<secret>`: a prefix that scanners of leaked secrets know, 12 characters that find it, and 43 (256 bits) that prove it. */
const SHAPE = /^aq_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})$/;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export interface KeyText {
  readonly id: string;
  /** The whole key. */
  readonly key: string;
  /** SHA-256 of the whole key. A slow hash protects weak secrets; this one cannot be guessed. */
  readonly hash: Buffer;
}

export function newKey(): KeyText {
  const id = randomText(12);
  const key = `aq_${id}_${randomText(43)}`;
  return { id, key, hash: sha256(key) };
}

/** Undefined for what is no key. */
export function readKey(text: string): KeyText | undefined {
  const id = SHAPE.exec(text)?.[1];
  return id === undefined ? undefined : { id, key: text, hash: sha256(text) };
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
