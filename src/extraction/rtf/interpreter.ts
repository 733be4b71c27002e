import iconv from 'iconv-lite';
import type { DocumentBuilder } from '../builder.js';
import { tooDeep } from '../failures.js';
import { BlockFlow } from '../flow.js';
import { RtfBody } from './body.js';
import { CHARACTER_WORDS } from './characters.js';
import { encodingOfCharset, encodingOfPage } from './code-pages.js';
import { destinationOf } from './destinations.js';
import { type Group, plainParagraph } from './group.js';
import { StyleSheet } from './style-sheet.js';
import type { RtfToken } from './tokens.js';

const DEFAULT_ENCODING = 'cp1252';

/** Follows the tokens of an RTF document and writes its text. Groups are kept on a stack of bounded depth. */
export class RtfInterpreter {
  readonly #into: DocumentBuilder;
  readonly #maxDepth: number;
  readonly #outer: Group[] = [];
  readonly #fonts = new Map<number, string>();
  readonly #styles = new StyleSheet();
  readonly #body: RtfBody;
  #group: Group = { destination: 'body', font: undefined, fallbacks: 1, hidden: false, optional: false };
  #encoding = DEFAULT_ENCODING;
  #defaultFont: number | undefined;
  /** Bytes not yet decoded: a character may take two of them. */
  #bytes: number[] = [];
  #skipFallbacks = 0;
  /** Text of a destination that is not the body. */
  #aside = '';

  constructor(into: DocumentBuilder, maxDepth: number) {
    this.#into = into;
    this.#maxDepth = maxDepth;
    this.#body = new RtfBody(new BlockFlow(into), (style) => this.#styles.levelOf(style));
  }

  accept(token: RtfToken): void {
    if (token.type === 'byte') {
      this.#acceptByte(token.byte);
      return;
    }
    this.#decodeBytes();
    if (token.type === 'open') this.#open();
    else if (token.type === 'close') this.#close();
    else this.#control(token.word, token.parameter);
  }

  end(): void {
    this.#decodeBytes();
    this.#body.end();
  }

  #acceptByte(byte: number): void {
    if (this.#skipFallbacks > 0) this.#skipFallbacks -= 1;
    else this.#bytes.push(byte);
  }

  #decodeBytes(): void {
    if (this.#bytes.length === 0) return;
    const { font = this.#defaultFont } = this.#group;
    const encoding = (font === undefined ? undefined : this.#fonts.get(font)) ?? this.#encoding;
    const bytes = Buffer.from(this.#bytes);
    this.#bytes = [];
    this.#write(iconv.decode(bytes, encoding));
  }

  #write(text: string): void {
    const { destination, hidden } = this.#group;
    if (destination === 'skip') return;
    if (destination !== 'body') this.#aside += text;
    else if (!hidden) this.#body.write(text);
  }

  #open(): void {
    if (this.#outer.length >= this.#maxDepth) throw tooDeep(this.#maxDepth);
    this.#skipFallbacks = 0;
    this.#outer.push({ ...this.#group });
    this.#group.optional = false;
  }

  #close(): void {
    this.#skipFallbacks = 0;
    this.#closeAside();
    this.#group = this.#outer.pop() ?? this.#group;
  }

  #closeAside(): void {
    const { destination } = this.#group;
    if (destination === 'body' || destination === 'skip' || this.#aside === '') return;
    const text = this.#aside;
    this.#aside = '';
    if (destination === 'title') this.#into.setTitle(text);
    else if (destination === 'styles') this.#styles.name(text);
    else if (destination !== 'fonts') this.#into.setMetadata(destination, text);
  }

  #control(word: string, parameter: number | undefined): void {
    if (word === '*') {
      this.#group.optional = true;
      return;
    }
    const destination = destinationOf(word, this.#group.optional);
    this.#group.optional = false;
    if (destination !== undefined) this.#enter(word, destination);
    else if (this.#group.destination === 'fonts') this.#fontProperty(word, parameter);
    else if (this.#group.destination === 'styles') this.#styles.property(word, parameter);
    if (!this.#documentProperty(word, parameter)) this.#textProperty(word, parameter);
  }

  #enter(word: string, destination: Group['destination']): void {
    if (word === 'listtext' || word === 'pntext') this.#body.paragraph.inList = true;
    if (this.#group.destination !== 'skip' || isInformation(destination))
      this.#group.destination = destination;
  }

  #fontProperty(word: string, parameter = 0): void {
    if (word === 'f') this.#group.font = parameter;
    const encoding = word === 'fcharset' ? encodingOfCharset(parameter) : undefined;
    if (encoding && this.#group.font !== undefined) this.#fonts.set(this.#group.font, encoding);
  }

  #documentProperty(word: string, parameter = 0): boolean {
    if (word === 'ansicpg') this.#encoding = encodingOfPage(parameter) ?? this.#encoding;
    else if (word === 'mac') this.#encoding = 'macintosh';
    else if (word === 'pc') this.#encoding = 'cp437';
    else if (word === 'pca') this.#encoding = 'cp850';
    else if (word === 'deff') this.#defaultFont = parameter;
    else return false;
    return true;
  }

  #textProperty(word: string, parameter: number | undefined): void {
    const character = Object.hasOwn(CHARACTER_WORDS, word) ? CHARACTER_WORDS[word] : undefined;
    if (character !== undefined) this.#write(character);
    else if (word === 'u') this.#unicode(parameter ?? 0);
    else if (word === 'uc') this.#group.fallbacks = Math.max(parameter ?? 1, 0);
    else if (word === 'f') this.#group.font = parameter;
    else if (word === 'v' || word === 'deleted') this.#group.hidden = parameter !== 0;
    else if (word === 'plain') this.#resetCharacters();
    else if (this.#group.destination === 'body') this.#paragraphControl(word, parameter);
  }

  #resetCharacters(): void {
    this.#group.font = undefined;
    this.#group.hidden = false;
  }

  /** `\u` counts in signed 16-bit units; a character beyond the first plane is two of them. */
  #unicode(parameter: number): void {
    this.#write(String.fromCharCode(parameter & 0xffff));
    this.#skipFallbacks = this.#group.fallbacks;
  }

  #paragraphControl(word: string, parameter: number | undefined): void {
    const { paragraph } = this.#body;
    if (PARAGRAPH_ENDS.has(word)) this.#body.endParagraph();
    else if (word === 'cell') this.#body.endCell();
    else if (word === 'row') this.#body.endRow();
    else if (word === 'pard') this.#body.paragraph = plainParagraph();
    else if (word === 'intbl') paragraph.inTable = true;
    else if (word === 'ls') paragraph.inList = parameter !== 0;
    else if (word === 's') paragraph.style = parameter;
    else if (word === 'outlinelevel' && parameter !== undefined && parameter < 9) {
      paragraph.outlineLevel = parameter + 1;
    }
  }
}

/** A backslash before a line break is an old spelling of `\par`. */
const PARAGRAPH_ENDS = new Set(['par', 'sect', 'page', 'column', '\n', '\r']);

/** The fields of `\info`, a destination that is skipped otherwise. */
function isInformation(destination: Group['destination']): boolean {
  return ['title', 'author', 'subject', 'keywords'].includes(destination);
}
