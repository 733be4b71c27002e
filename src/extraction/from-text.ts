import { DocumentBuilder } from './builder.js';
import type { ExtractedDocument } from './document.js';
import { readPlainText } from './formats/text.js';
import { DEFAULT_EXTRACTION_LIMITS } from './limits.js';

/**
 * A document from text that the caller already has: taken as plain text whatever it looks like, and read
 * in this process, for there is nothing to decode or unpack.
 *
 * @throws AQF_EXTRACTION_EMPTY, AQF_EXTRACTION_EXPANDED_TOO_LARGE
 */
export function documentFromText(
  text: string,
  maxTextLength: number = DEFAULT_EXTRACTION_LIMITS.maxTextLength,
): ExtractedDocument {
  const into = new DocumentBuilder(maxTextLength);
  readPlainText(text, into);
  return into.build('text');
}
