import { Archive } from '../archive/archive.js';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader, ReadContext } from '../context.js';
import { BlockFlow } from '../flow.js';
import { appendNested } from '../nested.js';
import { DrawingText } from '../ooxml/drawing-text.js';
import { OfficePackage, type Relationship } from '../ooxml/package.js';
import { type StoryReferences, wordStory } from '../ooxml/word-story.js';
import { readWordStyles, type WordStyles } from '../ooxml/word-styles.js';

/** Stories beside the body, in the order in which they follow it. */
const SIDE_STORIES = ['footnotes', 'endnotes', 'comments', 'header', 'footer'];

/** DOCX (ECMA-376 part 1, WordprocessingML): body, notes, comments, headers and footers, SmartArt. */
export const readDocx: FormatReader = async ({ bytes }, into, context) => {
  const archive = await Archive.open(bytes, context.expansion);
  const parts = new OfficePackage(archive, context.limits.maxDepth);
  const main = await parts.mainPart('word/document.xml');
  const relations = await parts.relationships(main);
  const styles = await readWordStyles(parts, relations.find(({ type }) => type === 'styles')?.target);
  await parts.describe(into);
  await readStory(parts, main, styles, into, context);
  for (const type of SIDE_STORIES) {
    for (const story of distinctTargets(relations, type)) {
      await readStory(parts, story, styles, into, context);
    }
  }
};

async function readStory(
  parts: OfficePackage,
  part: string,
  styles: WordStyles,
  into: DocumentBuilder,
  context: ReadContext,
): Promise<void> {
  if (!parts.has(part)) return;
  const found: StoryReferences = { diagrams: [], insertions: [] };
  await parts.walk(part, wordStory(into, styles, found));
  if (found.diagrams.length + found.insertions.length === 0) return;
  const relations = await parts.relationships(part);
  const targetsOf = (ids: string[]) => relations.filter(({ id }) => ids.includes(id));
  for (const { target } of targetsOf(found.diagrams)) {
    await parts.walk(target, new DrawingText(new BlockFlow(into)));
  }
  for (const { target } of targetsOf(found.insertions)) {
    await appendNested({ bytes: await parts.bytes(target), name: target }, into, context);
  }
}

function distinctTargets(relations: readonly Relationship[], type: string): Set<string> {
  const targets = relations.filter((each) => each.type === type).map(({ target }) => target);
  return new Set(targets.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
}
