import type { FormatReader } from '../context.js';
import { RtfInterpreter } from '../rtf/interpreter.js';
import { rtfTokens } from '../rtf/tokens.js';

/** RTF 1.9.1: text in any code page, headings by style or outline level, lists, tables, document information. */
export const readRtf: FormatReader = ({ bytes }, into, { limits }) => {
  const interpreter = new RtfInterpreter(into, limits.maxDepth);
  for (const token of rtfTokens(bytes)) interpreter.accept(token);
  interpreter.end();
};
