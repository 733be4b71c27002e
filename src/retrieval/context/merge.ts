import type { Passage } from './passage.js';

/**
 * Joins passages of one document that overlap or follow each other. What was joined has the score, page and headings of
 * the best of its parts.
 */
export function mergePassages(passages: readonly Passage[]): Passage[] {
  const byDocument = new Map<string, Passage[]>();
  for (const passage of passages) {
    const others = byDocument.get(passage.documentId);
    if (others) others.push(passage);
    else byDocument.set(passage.documentId, [passage]);
  }
  return [...byDocument.values()].flatMap(mergeOfOne);
}

function mergeOfOne(passages: readonly Passage[]): Passage[] {
  const merged: Passage[] = [];
  for (const passage of passages.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const before = merged.at(-1);
    const joined = before && join(before, passage);
    if (joined) merged[merged.length - 1] = joined;
    else merged.push(passage);
  }
  return merged;
}

/** Undefined when there is text between the two, or when their texts disagree where they overlap. */
function join(before: Passage, after: Passage): Passage | undefined {
  const content = joinedText(before, after);
  if (content === undefined) return undefined;
  const best = after.rank < before.rank ? after : before;
  return {
    ...best,
    ordinals: [...new Set([...before.ordinals, ...after.ordinals])].toSorted((a, b) => a - b),
    start: before.start,
    end: Math.max(before.end, after.end),
    content,
    alsoIn: [...new Map([...before.alsoIn, ...after.alsoIn].map((name) => [name.documentId, name])).values()],
  };
}

function joinedText(before: Passage, after: Passage): string | undefined {
  if (after.content.length !== after.end - after.start) return undefined;
  const gap = after.start - before.end;
  if (gap === 0) return before.content + after.content;
  if (gap > 0) return follows(before, after) ? before.content + spaceOf(gap) + after.content : undefined;
  const tail = before.content.slice(gap);
  if (tail.length > after.content.length) return tail.startsWith(after.content) ? before.content : undefined;
  return after.content.startsWith(tail) ? before.content + after.content.slice(-gap) : undefined;
}

/** Between a chunk and the next there is white space at most. */
function follows(before: Passage, after: Passage): boolean {
  return after.ordinals[0] === (before.ordinals.at(-1) ?? Number.NaN) + 1;
}

/** Which white space is not known; a longer one parts paragraphs. */
function spaceOf(length: number): string {
  return length === 1 ? '\n' : '\n\n';
}
