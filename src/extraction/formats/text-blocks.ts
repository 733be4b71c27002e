import type { BlockKind } from '../document.js';

/** Lines of a plain text that belong together. */
export interface PlainBlock {
  readonly kind: BlockKind;
  readonly lines: readonly string[];
  readonly level?: number;
}

const MAX_TITLE_LENGTH = 200;
const ADORNMENT = /^([=\-~^"'`#*+.:_])\1{2,}\s*$/;
const LIST_ITEM = /^\s*(?:[-*+•‣]|#\.|\(?\d{1,3}[.)]|\(?[a-zA-Z]\))\s+\S/;

/** Splits lines into blocks by the rules of reStructuredText that ordinary plain text shares. */
export function* plainBlocks(lines: readonly string[]): Generator<PlainBlock> {
  const styles: string[] = [];
  let at = 0;
  let literal = false;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      at += 1;
      continue;
    }
    const title = titleAt(lines, at);
    if (title) {
      yield { kind: 'heading', lines: [title.text], level: levelOf(title.style, styles) };
      at += title.height;
      continue;
    }
    const end = literal && isIndented(lines[at]) ? endOfLiteral(lines, at) : endOfParagraph(lines, at);
    const own = lines.slice(at, end);
    if (literal && isIndented(lines[at])) yield { kind: 'code', lines: own };
    else yield* paragraphsOf(own);
    literal =
      /::\s*$/.test(own.at(-1) ?? '') || /^\s*\.\. (?:code|code-block|sourcecode)::/.test(own[0] ?? '');
    at = end;
  }
}

interface Title {
  readonly text: string;
  /** The adornment, which stands for a level from its first use on. */
  readonly style: string;
  /** Lines that the title takes. */
  readonly height: number;
}

function titleAt(lines: readonly string[], at: number): Title | undefined {
  const [first = '', second = '', third = ''] = lines.slice(at, at + 3);
  const over = ADORNMENT.exec(first)?.[1];
  if (over !== undefined && isTitle(second, third) && third.startsWith(over)) {
    return { text: second.trim(), style: `${over}${over}`, height: 3 };
  }
  if (over !== undefined || isIndented(first) || !isTitle(first, second)) return undefined;
  return { text: first.trim(), style: second.slice(0, 1), height: 2 };
}

/** The underline is at least as long as the title, wide characters counted twice. */
function isTitle(title: string, underline: string): boolean {
  if (isBlank(title) || title.length > MAX_TITLE_LENGTH || !ADORNMENT.test(underline)) return false;
  return underline.trimEnd().length >= Math.min(title.trim().length, MAX_TITLE_LENGTH);
}

function levelOf(style: string, styles: string[]): number {
  if (!styles.includes(style)) styles.push(style);
  return styles.indexOf(style) + 1;
}

function endOfParagraph(lines: readonly string[], from: number): number {
  let end = from + 1;
  while (end < lines.length && !isBlank(lines[end])) end += 1;
  return end;
}

/** A literal block goes on over blank lines until the indentation ends. */
function endOfLiteral(lines: readonly string[], from: number): number {
  let end = from + 1;
  while (end < lines.length && (isBlank(lines[end]) || isIndented(lines[end]))) end += 1;
  return end;
}

/** A paragraph may hold a list, each item with its continuation lines. */
function* paragraphsOf(lines: readonly string[]): Generator<PlainBlock> {
  let start = 0;
  for (let at = 1; at <= lines.length; at += 1) {
    if (at < lines.length && !LIST_ITEM.test(lines[at] ?? '')) continue;
    const own = lines.slice(start, at);
    if (!own.every((line) => ADORNMENT.test(line))) {
      yield { kind: LIST_ITEM.test(own[0] ?? '') ? 'list-item' : 'paragraph', lines: own };
    }
    start = at;
  }
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

function isIndented(line: string | undefined): boolean {
  return line !== undefined && /^[ \t]/.test(line);
}
