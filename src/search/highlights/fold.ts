/** A text in the spelling that is compared, and where each of its code units comes from. */
export interface Folded {
  readonly text: string;
  /** The span of the text before that a span of code units comes from. */
  origin(start: number, end: number): readonly [start: number, end: number];
}

/** What neither composes with its neighbours nor has another form, save for its case. */
const PLAIN =
  '\\u0020-\\u007e\\n\\u0e01-\\u0e32\\u0e34-\\u0e4e\\u3001-\\u3029\\u3041-\\u3096\\u30a1-\\u30fa\\u30fc\\u4e00-\\u9fff\\uac00-\\ud7a3';
/** Plain text; a syllable of Korean letters; a character with its marks, those of half-width kana among them. */
const PIECE = new RegExp(
  `[${PLAIN}]+(?![\\p{M}\\uff9e\\uff9f])|[\\u1100-\\u115f][\\u1160-\\u11a7]+[\\u11a8-\\u11ff]*|[\\s\\S][\\p{M}\\uff9e\\uff9f]*`,
  'gu',
);
const ALL_PLAIN = new RegExp(`^[${PLAIN}]*$`, 'u');

/** Compatible forms made one (NFKC), as the index has it, and lower case. */
export function fold(text: string): Folded {
  if (ALL_PLAIN.test(text)) return { text: text.toLowerCase(), origin: (start, end) => [start, end] };
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const form = piece.normalize('NFKC').toLowerCase();
    const isAligned = form.length === piece.length;
    for (let at = 0; at < form.length; at++) {
      starts.push(isAligned ? index + at : index);
      ends.push(isAligned ? index + at + 1 : index + piece.length);
    }
    folded += form;
  }
  return { text: folded, origin: (start, end) => [starts[start] ?? text.length, ends[end - 1] ?? 0] };
}
