import MarkdownIt from 'markdown-it';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { decodeText } from '../text/decode.js';
import { readHtmlText } from './html.js';

/** Markdown (CommonMark with tables): rendered to HTML, so that inline markup goes and structure stays. */
export const readMarkdown: FormatReader = ({ bytes }, into, { limits }) => {
  const text = decodeText(bytes).replace(/^\uFEFF/, '');
  const html = new MarkdownIt({ html: true }).render(withoutFrontMatter(text, into));
  readHtmlText(html, into, limits.maxDepth);
};

const FRONT_MATTER = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const MAX_FRONT_MATTER = 64 * 1024;

/** Front matter is YAML; only its plain `key: value` lines are taken. */
function withoutFrontMatter(text: string, into: DocumentBuilder): string {
  const found = FRONT_MATTER.exec(text.slice(0, MAX_FRONT_MATTER));
  const lines = found?.[1]?.split(/\r?\n/) ?? [];
  if (!found || !lines.every((line) => /^(?:\s|#|-|$|[\w-]+\s*:)/.test(line))) return text;
  for (const line of lines) {
    const [, key = '', value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    const plain = value.replace(/^(["'])(.*)\1$/, '$2');
    if (key.toLowerCase() === 'title') into.setTitle(plain);
    else if (key !== '') into.setMetadata(key.toLowerCase(), plain);
  }
  return text.slice(found[0].length);
}
