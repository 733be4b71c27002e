import fc from 'fast-check';
import type { DocumentText } from '../../src/chunking/blocks.js';
import type { BlockKind, ExtractedBlock } from '../../src/extraction/document.js';

export interface Part {
  readonly kind?: BlockKind;
  readonly level?: number;
  readonly page?: number;
  readonly text: string;
}

/** A document of the given blocks, parted by blank lines. */
export function documentOf(parts: readonly (Part | string)[], gap = '\n\n'): DocumentText {
  let text = '';
  const blocks: ExtractedBlock[] = [];
  for (const part of parts) {
    const { text: content, kind = 'paragraph', ...rest } = typeof part === 'string' ? { text: part } : part;
    blocks.push({ kind, start: text.length, end: text.length + content.length, ...rest });
    text += content + gap;
  }
  return { text, blocks };
}

export function heading(level: number, text: string): Part {
  return { kind: 'heading', level, text };
}

/** English-like text of exactly so many sentences of ten words. */
export function sentences(count: number, word = 'river'): string {
  return Array.from({ length: count }, (_, at) => `Sentence ${at} ${`${word} `.repeat(7)}end.`).join(' ');
}

const words = fc.constantFrom(
  'river',
  'Überlauf',
  'délta',
  '水位',
  '漢字かな',
  '🌊',
  '👩‍👩‍👧‍👦',
  '🇩🇪',
  'e\u0301a\u0308',
  "can't",
  '12345',
);
const marks = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  '. ',
  '! ',
  '。',
  ', ',
  '\n',
  '\r\n',
  '\n\n',
  '\t',
  '\u00a0',
  '  ',
  '',
);
const prose = fc
  .array(fc.tuple(words, marks), { minLength: 1, maxLength: 60 })
  .map((pairs) => pairs.flat().join(''));
const wild = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  fc
    .tuple(
      fc.constantFrom('a', '=', ' ', '漢', '😀', '7', '\n', '<|endoftext|>', '\u0301'),
      fc.integer({ min: 1, max: 400 }),
    )
    .map(([unit, times]) => unit.repeat(times)),
);

const block: fc.Arbitrary<Part> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('heading' as const),
      level: fc.integer({ min: 1, max: 6 }),
      text: words,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom<BlockKind>('paragraph', 'list-item', 'table-row', 'code'),
      text: prose,
    }),
  },
  { weight: 2, arbitrary: fc.record({ text: wild }) },
);

/** Documents of every block kind over many scripts, long runs, odd white space and broken characters. */
export const anyDocument: fc.Arbitrary<DocumentText> = fc
  .tuple(fc.array(block, { maxLength: 25 }), fc.constantFrom('\n', '\n\n', ' ', '\n \t\n'))
  .map(([parts, gap]) => documentOf(parts, gap));

/** Sizes from the smallest allowed, with every overlap that is allowed for them. */
export const anySizes = fc.integer({ min: 4, max: 120 }).chain((maxTokens) =>
  fc.record({
    maxTokens: fc.constant(maxTokens),
    overlapTokens: fc.integer({ min: 0, max: maxTokens - 1 }),
  }),
);
