import type { ExtractedBlock } from '../extraction/document.js';

export type HeadingPath = readonly string[];

/** Longer headings are body text in disguise, and every chunk below would repeat them. */
const LONGEST_HEADING = 200;

/** For every block the headings above it, outermost first; a heading's own path ends with itself. */
export function headingPaths(text: string, blocks: readonly ExtractedBlock[]): HeadingPath[] {
  let levels: number[] = [];
  let path: HeadingPath = [];
  return blocks.map((block) => {
    if (block.kind !== 'heading') return path;
    const level = block.level ?? 1;
    const above = levels.filter((outer) => outer < level).length;
    levels = [...levels.slice(0, above), level];
    path = [...path.slice(0, above), headingText(text.slice(block.start, block.end))];
    return path;
  });
}

/** The path that all have in common; where nothing is, the path of the first. */
export function sharedPath(paths: readonly HeadingPath[]): HeadingPath {
  const [first = [], ...others] = paths;
  let shared = first.length;
  for (const path of others) shared = Math.min(shared, commonLength(first, path));
  return shared === 0 ? first : first.slice(0, shared);
}

function commonLength(a: HeadingPath, b: HeadingPath): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function headingText(raw: string): string {
  const text = raw.replace(/\s+/g, ' ').trim();
  if (text.length <= LONGEST_HEADING) return text;
  return `${[...text.slice(0, LONGEST_HEADING)].slice(0, -1).join('')}…`;
}
