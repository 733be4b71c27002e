import type { Space } from '../memory/space.js';
import { tagMark } from '../names.js';

/**
 * What a value of the shared tier carries of its marks: the tokens of its space's marks in their order, then each of its
 * tags followed by its token.
 */

/** The tokens of marks as they are now. */
export type Current = Map<string, string | undefined>;

/** @param tokens of the space's marks, then of the tags */
export function tokensFor(
  space: Space,
  tags: readonly string[],
  tokens: readonly (string | undefined)[],
): string[] {
  const own = space.marks.map((_, index) => tokens[index] ?? '');
  const tagged = tags.flatMap((tag, index) => [tag, tokens[space.marks.length + index] ?? '']);
  return [...own, ...tagged];
}

export function tagsIn(space: Space, carried: readonly string[]): string[] {
  return carried.filter((_, index) => index >= space.marks.length && (index - space.marks.length) % 2 === 0);
}

/** Whether everything a value carries is still so. */
export function isCurrent(space: Space, carried: readonly string[], current: Current): boolean {
  const own = space.marks.every((mark, index) => same(carried[index], current.get(mark)));
  if (!own || carried.length === space.marks.length) return own;
  return tagsIn(space, carried).every((tag, index) => {
    const token = carried[space.marks.length + 2 * index + 1];
    return same(token, current.get(tagMark(space.rootPath, tag)));
  });
}

/** Whether the marks of a space are still so, with the tokens in their order. */
export function areTokens(carried: readonly string[], tokens: readonly (string | undefined)[]): boolean {
  return carried.length === tokens.length && carried.every((token, index) => same(token, tokens[index]));
}

function same(carried: string | undefined, current: string | undefined): boolean {
  return carried !== undefined && carried !== '' && carried === current;
}
