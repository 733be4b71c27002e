import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { decodeText } from '../text/decode.js';
import { plainBlocks } from './text-blocks.js';
import { describeFields } from './text-fields.js';

/**
 * Plain text and reStructuredText: paragraphs between blank lines, underlined headings, list items and
 * indented literal blocks.
 */
export const readText: FormatReader = ({ bytes }, into) => {
  readPlainText(decodeText(bytes), into);
};

/** For readers whose format contains plain text. */
export function readPlainText(text: string, into: DocumentBuilder): void {
  into.reserve(text.length);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|[\n\r\f]/);
  describeFields(lines, into);
  for (const { kind, lines: own, level } of plainBlocks(lines)) into.add(kind, own.join('\n'), level);
}
