import type { ExtractedBlock, ExtractedDocument } from '../extraction/document.js';
import { skipSpace, trimBack } from './white-space.js';

export type DocumentText = Pick<ExtractedDocument, 'text' | 'blocks'>;

/**
 * The document's blocks without white space at their ends, and without blank ones. Text that an extractor left
 * outside of any becomes a paragraph.
 */
export function completeBlocks({ text, blocks }: DocumentText): ExtractedBlock[] {
  const complete: ExtractedBlock[] = [];
  const add = (block: ExtractedBlock) => {
    const start = skipSpace(text, block.start);
    if (start < Math.min(block.end, text.length)) {
      complete.push({ ...block, start, end: trimBack(text, Math.min(block.end, text.length)) });
    }
  };
  let at = 0;
  for (const block of blocks) {
    add(paragraph(at, block.start, complete.at(-1)));
    add(block);
    at = block.end;
  }
  add(paragraph(at, text.length, complete.at(-1)));
  return complete;
}

function paragraph(start: number, end: number, before: ExtractedBlock | undefined): ExtractedBlock {
  const page = before?.page;
  return { kind: 'paragraph', start, end, ...(page !== undefined && { page }) };
}

/** The index of the block that an offset lies in or follows; 0 before the first. */
export function blockIndexAt(blocks: readonly ExtractedBlock[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.start ?? offset) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
