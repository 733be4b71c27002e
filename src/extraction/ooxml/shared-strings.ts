import type { DocumentBuilder } from '../builder.js';
import type { OfficePackage } from './package.js';

/** The strings that cells refer to by number, without phonetic hints. */
export async function readSharedStrings(
  parts: OfficePackage,
  part: string | undefined,
  into: DocumentBuilder,
): Promise<string[]> {
  const strings: string[] = [];
  if (part === undefined || !parts.has(part)) return strings;
  let current = '';
  let total = 0;
  let inText = false;
  let inPhonetic = false;
  await parts.walk(part, {
    open: ({ name }) => {
      if (name === 'x:si') current = '';
      else if (name === 'x:rPh') inPhonetic = true;
      else if (name === 'x:t') inText = !inPhonetic;
    },
    text: (text) => {
      if (!inText) return;
      total += text.length;
      into.reserve(total);
      current += text;
    },
    close: (name) => {
      if (name === 'x:si') strings.push(current);
      else if (name === 'x:rPh') inPhonetic = false;
      else if (name === 'x:t') inText = false;
    },
  });
  return strings;
}
