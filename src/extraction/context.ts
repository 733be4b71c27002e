import type { ExpansionBudget } from './archive/expansion.js';
import type { DocumentBuilder } from './builder.js';
import type { ExtractedDocument } from './document.js';
import type { ExtractionLimits } from './limits.js';

/** A file as given: the name is a hint among plain-text kinds and nothing more. */
export interface ExtractionSource {
  readonly bytes: Uint8Array;
  readonly name?: string;
}

/** What a format reader works within. */
export interface ReadContext {
  readonly limits: ExtractionLimits;
  readonly expansion: ExpansionBudget;
  /** Reads a document within this one, such as a mail attachment, one level deeper. */
  readonly readNested: (source: ExtractionSource) => Promise<ExtractedDocument>;
}

/** Puts a document's blocks, title and metadata into the builder. */
export type FormatReader = (
  source: ExtractionSource,
  into: DocumentBuilder,
  context: ReadContext,
) => Promise<void> | void;
