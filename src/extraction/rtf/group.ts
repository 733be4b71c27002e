import type { Destination } from './destinations.js';

/** Formatting in force, which a group inherits and its end restores. */
export interface Group {
  destination: Destination;
  font: number | undefined;
  /** Fallback characters that follow each `\u` (`\uc`). */
  fallbacks: number;
  hidden: boolean;
  /** The group began with `\*`: readers that do not know it shall ignore it. */
  optional: boolean;
}

/** Paragraph properties, which `\pard` resets. */
export interface ParagraphState {
  style: number | undefined;
  outlineLevel: number | undefined;
  inList: boolean;
  inTable: boolean;
}

export function plainParagraph(): ParagraphState {
  return { style: undefined, outlineLevel: undefined, inList: false, inTable: false };
}
