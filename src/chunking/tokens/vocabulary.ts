import { createRequire } from 'node:module';

/** Token bytes, written one byte per character (Latin-1), to their rank: a lower rank merges first. */
export type Vocabulary = ReadonlyMap<string, number>;

type RawRanks = readonly (string | readonly number[])[];

let loaded: Vocabulary | undefined;

/**
 * The 100,256 byte pairs of cl100k_base, the encoding of OpenAI's embedding models. Read on first use
 * (about 80 ms) because most commands never cut a document.
 */
export function vocabulary(): Vocabulary {
  loaded ??= readVocabulary();
  return loaded;
}

function readVocabulary(): Vocabulary {
  const require = createRequire(import.meta.url);
  const { default: ranks } = require('gpt-tokenizer/cjs/bpeRanks/cl100k_base') as { default: RawRanks };
  const byBytes = new Map<string, number>();
  for (const [rank, token] of ranks.entries()) {
    byBytes.set(typeof token === 'string' ? utf8Bytes(token) : String.fromCharCode(...token), rank);
  }
  return byBytes;
}

const ASCII_ONLY = /^[^\u0080-\uffff]*$/;

/** The UTF-8 bytes of a text, one per character. A lone surrogate becomes U+FFFD, as everywhere in Node. */
export function utf8Bytes(text: string): string {
  return ASCII_ONLY.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
