import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { tooDeep } from '../failures.js';
import { decodeText } from '../text/decode.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * JSON (RFC 8259), also several values one after the other (JSON Lines). Each object or array that holds
 * plain values becomes one paragraph of `path: value` lines.
 */
export const readJson: FormatReader = ({ bytes }, into, { limits }) => {
  const text = decodeText(bytes).replace(/^\uFEFF/, '');
  for (const [start, end] of splitValues(text, limits.maxDepth)) {
    const value = JSON.parse(text.slice(start, end)) as Json;
    if (into.isEmpty) describe(value, into);
    writeValue(value, '', into);
  }
};

/** Ranges of the top-level values, found by brackets alone; `JSON.parse` judges what is between them. */
function* splitValues(text: string, maxDepth: number): Generator<readonly [number, number]> {
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') at = endOfString(text, at);
    else if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '}' || mark === ']') depth -= 1;
    else continue;
    if (depth > maxDepth) throw tooDeep(maxDepth);
    if (depth > 0 || mark === '"') continue;
    yield [start, at + 1];
    start = at + 1;
  }
  if (text.slice(start).trim() !== '') yield [start, text.length];
}

/** Index of the closing quote; the end of the text when there is none. */
function endOfString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function describe(value: Json, into: DocumentBuilder): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  for (const key of ['title', 'subject', 'name']) {
    const stated = value[key];
    if (typeof stated === 'string') into.setTitle(stated);
  }
}

/** Recursion is bounded: deeper input was refused before it was parsed. */
function writeValue(value: Json, path: string, into: DocumentBuilder): void {
  if (value === null || typeof value !== 'object') {
    into.add('paragraph', lineOf(path, value));
    return;
  }
  const members = Object.entries(value).map(([key, member]) => [pathOf(path, key, value), member] as const);
  const plain = members.filter(([, member]) => member === null || typeof member !== 'object');
  into.add('paragraph', plain.map(([key, member]) => lineOf(key, member)).join('\n'));
  for (const [key, member] of members) {
    if (member !== null && typeof member === 'object') writeValue(member, key, into);
  }
}

function pathOf(parent: string, key: string, container: Json): string {
  if (Array.isArray(container)) return parent;
  return parent === '' ? key : `${parent}.${key}`;
}

function lineOf(path: string, value: Json): string {
  if (value === null || value === '') return '';
  return path === '' ? String(value) : `${path}: ${String(value)}`;
}
