import { isAquiferError } from '../errors/index.js';
import type { DocumentBuilder } from './builder.js';
import type { ExtractionSource, ReadContext } from './context.js';
import type { ExtractedBlock } from './document.js';

/** The run as a whole is over; no part of the file may go on. */
const FINAL = new Set(['AQF_PEER_MISSING', 'AQF_INTERNAL']);

/**
 * Reads a document within a document and appends its blocks, headings `levelShift` levels further down.
 * What cannot be read is listed in the metadata with its error code: one bad attachment does not cost
 * the mail.
 */
export async function appendNested(
  source: ExtractionSource,
  into: DocumentBuilder,
  context: ReadContext,
  levelShift = 0,
): Promise<void> {
  try {
    const nested = await context.readNested(source);
    for (const block of nested.blocks) appendBlock(block, nested.text, into, levelShift);
  } catch (error) {
    if (!isAquiferError(error) || FINAL.has(error.code)) throw error;
    into.extendMetadata('parts not read', `${source.name ?? 'unnamed'} (${error.code})`);
  }
}

function appendBlock(block: ExtractedBlock, text: string, into: DocumentBuilder, levelShift: number): void {
  const own = text.slice(block.start, block.end);
  into.add(block.kind, own, block.level === undefined ? undefined : block.level + levelShift);
}
