import { createHash } from 'node:crypto';
import type { Passage } from './passage.js';
import { safeLine, safeText } from './safe-text.js';

/** One passage of a context: `[n]` and where it is from, then its text between two lines that hold the fence. */
export function renderBlock(passage: Passage, number: number, fence: string): string {
  const head = `[${number}] ${placeOf(passage)}`;
  return `${head}\n--- begin ${fence} ---\n${safeText(passage.content)}\n--- end ${fence} ---`;
}

/** Blocks as one text, numbered from 1. */
export function renderContext(passages: readonly Passage[], fence = fenceFor(passages)): string {
  return passages.map((passage, at) => renderBlock(passage, at + 1, fence)).join('\n\n');
}

/**
 * Nine digits that occur in none of the passages, so that nothing in them can end a block or begin one. The same passages
 * have the same fence: a context is a part of the key under which an answer is cached.
 */
export function fenceFor(passages: readonly Passage[]): string {
  const texts = passages.map((passage) => `${placeOf(passage)}\n${safeText(passage.content)}`);
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest();
  for (let number = hash.readUInt32BE(0); ; number++) {
    const fence = String(number % 1_000_000_000).padStart(9, '0');
    if (!texts.some((text) => text.includes(fence))) return fence;
  }
}

function placeOf({ title, page, headingPath, source }: Passage): string {
  const headings = headingPath[0] === title ? headingPath.slice(1) : headingPath;
  const parts = [
    title,
    page === null ? '' : `page ${page}`,
    headings.join(' › '),
    source === title ? '' : source,
  ];
  return parts.map(safeLine).filter(Boolean).join(' · ');
}
