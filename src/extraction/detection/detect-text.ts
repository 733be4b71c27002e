import { extname } from 'node:path';
import type { DocumentFormat } from '../document.js';
import { unsupported } from '../failures.js';
import { guessDelimiter } from './delimiter.js';
import { looksLikeMail } from './mail-header.js';

type PlainKind = 'markdown' | 'csv' | 'text';

const EXTENSIONS: Readonly<Record<string, PlainKind>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.mkd': 'markdown',
  '.mdx': 'markdown',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'text',
  '.text': 'text',
  '.rst': 'text',
  '.log': 'text',
};

/**
 * The kind of a text from its first part. Kinds with a grammar of their own are told by content; the
 * name decides between Markdown, CSV and prose where the content leaves it open.
 *
 * @throws AQF_EXTRACTION_UNSUPPORTED for XML that is not HTML
 */
export function detectText(head: string, name?: string): DocumentFormat {
  const text = head.replace(/^\uFEFF/, '').trimStart();
  const named = EXTENSIONS[extname(name ?? '').toLowerCase()];
  if (text.startsWith('{\\rtf')) return 'rtf';
  if (isJson(text, named)) return 'json';
  if (looksLikeMail(text)) return 'eml';
  const markup = detectMarkup(text);
  if (markup === 'page') return 'html';
  if (markup === 'fragment') return named === 'markdown' || looksLikeMarkdown(text) ? 'markdown' : 'html';
  return detectPlain(text, named);
}

function detectPlain(text: string, named: PlainKind | undefined): DocumentFormat {
  if (named === 'markdown' || named === 'csv') return named;
  if (looksLikeTable(text)) return 'csv';
  if (named === undefined && looksLikeMarkdown(text)) return 'markdown';
  return 'text';
}

const OBJECT = /^\{\s*(?:"|\}\s*$)/;
/** Brackets, then a plain value or an object with a quoted key: a wiki link `[[Page]]` is none. */
const ARRAY =
  /^(?:\[\s*)+(?:"(?:[^"\\\n]|\\.){0,1000}"|-?\d[\d.eE+-]{0,30}|true|false|null|\{\s*["}])\s*[,\]:\w}]/;
const ONLY_BRACKETS = /^[[\]\s]+$/;

function isJson(text: string, named: PlainKind | undefined): boolean {
  if (OBJECT.test(text)) return true;
  if (!text.startsWith('[')) return false;
  return named === undefined ? ARRAY.test(text) || ONLY_BRACKETS.test(text) : isObjectList(text);
}

/** Prose can begin with `["quoted"]` or `[1]`; under a name of prose only an array of objects is JSON. */
function isObjectList(text: string): boolean {
  return /^\[\s*\{\s*"(?:[^"\\\n]|\\.){0,1000}"\s*:/.test(text);
}

const PROLOGUE = /^(?:\s+|<!--[\s\S]*?-->|<\?xml[^>]*\?>)*/;
const PAGE = /^<(?:!doctype\s+html|html|head|body|title|meta|frameset|base)\b/i;
const FRAGMENT =
  /^<(?:a|article|b|blockquote|br|center|div|em|figure|font|form|h[1-6]|hr|i|img|link|main|nav|ol|p|pre|script|section|span|strong|style|table|ul)\b[^<]*>/i;

function detectMarkup(text: string): 'page' | 'fragment' | undefined {
  const content = text.replace(PROLOGUE, '');
  if (PAGE.test(content)) return 'page';
  if (text.startsWith('<?xml')) throw unsupported('an XML document');
  return FRAGMENT.test(content) ? 'fragment' : undefined;
}

const MARKDOWN_SIGNS = [
  /^#{1,6} \S/m,
  /^(?:```|~~~)/m,
  /\]\([^)\s]+\)/,
  /\*\*[^*\n]+\*\*/,
  /^\|?\s*:?-{3,}:?\s*\|/m,
  /`[^`\n]+`/,
];

/** One sign alone, such as a line that begins with `#`, is also found in scripts and logs. */
function looksLikeMarkdown(text: string): boolean {
  return MARKDOWN_SIGNS.filter((sign) => sign.test(text)).length >= 2;
}

const MIN_TABLE_ROWS = 3;

/** Every row has the same number of cells. Prose can have one comma in every line, hardly two. */
function looksLikeTable(text: string): boolean {
  const guess = guessDelimiter(text.slice(0, text.lastIndexOf('\n') + 1));
  if (!guess || guess.delimiter === '|' || guess.rows < MIN_TABLE_ROWS || guess.consistency < 1) return false;
  return guess.columns > 2 || guess.delimiter === '\t' || guess.delimiter === ';';
}
