import type { SearchResult } from '../search/index.js';

/** The text of a result with the neighbours that came along, as it stands in the document: what they share, once. */
export function passageText({ neighbours, ...result }: SearchResult): string {
  if (!neighbours) return result.content;
  const pieces = [...neighbours, result].sort((left, right) => left.start - right.start);
  let text = '';
  let end = 0;
  for (const piece of pieces) {
    const repeated = Math.max(0, end - piece.start);
    if (text !== '' && repeated === 0) text += '\n\n';
    text += piece.content.slice(repeated);
    end = Math.max(end, piece.end);
  }
  return text;
}
