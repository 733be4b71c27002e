import MarkdownIt from 'markdown-it';
import type { DocumentBuilder } from '../builder.js';
import type { FormatReader } from '../context.js';
import { tooDeep } from '../failures.js';
import { decodeText } from '../text/decode.js';
import { readHtmlText } from './html.js';

/** Markdown (CommonMark with tables): rendered to HTML, so that inline markup goes and structure stays. */
export const readMarkdown: FormatReader = ({ bytes }, into, { limits }) => {
  const text = decodeText(bytes).replace(/^\uFEFF/, '');
  const html = render(withoutFrontMatter(text, into), Math.min(limits.maxDepth, MAX_NESTING));
  readHtmlText(html, into, limits.maxDepth);
};

/** Blocks within blocks; the renderer's own default, which no one writes by hand. */
const MAX_NESTING = 100;

function render(text: string, maxNesting: number): string {
  const renderer = new MarkdownIt({ html: true, maxNesting });
  const env = {};
  const tokens = renderer.parse(text, env);
  // At its limit the renderer drops what is below without a word.
  if (tokens.some(({ level }) => level >= maxNesting - 1)) throw tooDeep(maxNesting);
  return renderer.renderer.render(tokens, renderer.options, env);
}

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
