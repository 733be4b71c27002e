import type { ExtractedBlock } from '../extraction/document.js';
import { blockIndexAt, completeBlocks, type DocumentText } from './blocks.js';
import { type HeadingPath, headingPaths, sharedPath } from './heading-paths.js';
import { sentenceStarts } from './sentences.js';
import { trimBack } from './white-space.js';

/** A place between two blocks where a chunk may end. */
export interface BlockCut {
  /** The end of the text before the place. */
  readonly end: number;
  /** 1 to 6 before a heading of that level, 7 before any other block: lower cuts first. */
  readonly weight: number;
}

const PLAIN_BLOCK = 7;

/** A run of text on one page below the same headings. */
export interface Section {
  /** UTF-16 code unit offset into the document's text. */
  readonly start: number;
  readonly page?: number;
  /** Outermost first. */
  readonly headingPath: HeadingPath;
}

/** A document's text with what chunking asks of its structure. */
export class Layout {
  /** The document's text without the white space at its end. */
  readonly text: string;
  readonly #blocks: readonly ExtractedBlock[];
  readonly #paths: readonly HeadingPath[];

  constructor(document: DocumentText) {
    this.text = document.text.slice(0, trimBack(document.text, document.text.length));
    this.#blocks = completeBlocks({ text: this.text, blocks: document.blocks });
    this.#paths = headingPaths(this.text, this.#blocks);
  }

  /** Cuts whose `end` lies from `from` to `to`, in order. None parts a heading from what it heads. */
  blockCuts(from: number, to: number): BlockCut[] {
    return this.#blocksWithin(from, to + 1).flatMap((index) => {
      const block = this.#blocks[index];
      const next = this.#blocks[index + 1];
      if (!block || !next || block.kind === 'heading') return [];
      const end = trimBack(this.text, next.start);
      if (end < from || end > to) return [];
      return [{ end, weight: next.kind === 'heading' ? (next.level ?? 1) : PLAIN_BLOCK }];
    });
  }

  /** Starts of blocks and of sentences after `from` and before `to`, in order. */
  sentenceStarts(from: number, to: number): number[] {
    return this.#blocksWithin(from, to).flatMap((index) => {
      const block = this.#blocks[index];
      if (!block) return [];
      const inner = sentenceStarts(this.text, block, from, to);
      return block.start > from && block.start < to ? [block.start, ...inner] : inner;
    });
  }

  pageAt(offset: number): number | undefined {
    return this.#blocks[blockIndexAt(this.#blocks, offset)]?.page;
  }

  /**
   * The headings above all of the text from `from` to `to`. Where it spans top-level sections, and so has none
   * in common, those above its beginning.
   */
  headingPath(from: number, to: number): HeadingPath {
    const within = this.#blocksWithin(from, to);
    const bodies = within.filter((index) => this.#blocks[index]?.kind !== 'heading');
    return sharedPath((bodies.length > 0 ? bodies : within).map((index) => this.#paths[index] ?? []));
  }

  /** The sections of the text from `from` to `to`, in order; the first begins at `from`. */
  sections(from: number, to: number): Section[] {
    const sections: Section[] = [];
    for (const index of this.#blocksWithin(from, to)) {
      const { start, page } = this.#blocks[index] ?? { start: from };
      const headingPath = this.#paths[index] ?? [];
      const before = sections.at(-1);
      if (before?.page === page && before?.headingPath === headingPath) continue;
      sections.push({ start: Math.max(start, from), ...(page !== undefined && { page }), headingPath });
    }
    return sections;
  }

  #blocksWithin(from: number, to: number): number[] {
    const indexes: number[] = [];
    for (let index = blockIndexAt(this.#blocks, from); index < this.#blocks.length; index++) {
      if ((this.#blocks[index]?.start ?? to) >= to) break;
      indexes.push(index);
    }
    return indexes;
  }
}
