import { expect } from 'vitest';
import type { ExtractedDocument } from '../../src/extraction/index.js';
import { DEFAULT_EXTRACTION_LIMITS, type ExtractionLimits } from '../../src/extraction/index.js';
import { readDocument } from '../../src/extraction/read.js';

/** Reads a document in this process, without the limits of time and memory. */
export function read(
  content: string | Uint8Array,
  name?: string,
  limits: Partial<ExtractionLimits> = {},
): Promise<ExtractedDocument> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const source = name === undefined ? { bytes } : { bytes, name };
  return readDocument(source, { ...DEFAULT_EXTRACTION_LIMITS, ...limits });
}

/** Blocks as `kind: text`, headings as `h1: text`. */
export function outline({ blocks, text }: ExtractedDocument): string[] {
  return blocks.map(({ kind, level, start, end }) => {
    const label = kind === 'heading' ? `h${level}` : kind;
    return `${label}: ${text.slice(start, end)}`;
  });
}

/** What every extracted document keeps, whatever it was made of. */
export function expectWellFormed(document: ExtractedDocument): void {
  const { text, blocks, title, metadata } = document;
  expect(blocks.length).toBeGreaterThan(0);
  let end = 0;
  for (const block of blocks) {
    expect(block.start).toBeGreaterThanOrEqual(end);
    expect(block.end).toBeGreaterThan(block.start);
    expect(text.slice(end, block.start).trim()).toBe('');
    expect(text.slice(block.start, block.end).trim()).not.toBe('');
    if (block.kind === 'heading') expect(block.level).toBeGreaterThanOrEqual(1);
    else expect(block.level).toBeUndefined();
    end = block.end;
  }
  expect(end).toBe(text.length);
  for (const value of [text, title ?? '', ...Object.values(metadata)]) expectStorable(value);
}

function expectStorable(value: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  expect(value).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F]/);
  expect(value).not.toMatch(/\p{Surrogate}/u);
  expect(value.normalize('NFC')).toBe(value);
}
