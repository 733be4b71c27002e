import { expandedTooLarge } from '../failures.js';

const MIB = 1024 * 1024;
/** Below this size a high ratio is an ordinary sparse spreadsheet. */
const RATIO_GRACE_BYTES = 64 * MIB;
/** DEFLATE can reach 1032:1; office documents stay far below 100:1. */
const MAX_RATIO = 200;

/** Counts what one file and everything within it expands to. */
export class ExpansionBudget {
  readonly #maxBytes: number;
  #spent = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Refuses by what an archive says of itself, before anything is expanded.
   * @throws AQF_EXTRACTION_EXPANDED_TOO_LARGE
   */
  checkDeclared(expandedBytes: number, compressedBytes: number): void {
    if (this.#spent + expandedBytes > this.#maxBytes) {
      throw expandedTooLarge(
        `The file expands to ${expandedBytes} bytes; at most ${this.#maxBytes} are read (limit maxExpandedBytes).`,
      );
    }
    if (expandedBytes > RATIO_GRACE_BYTES && expandedBytes > compressedBytes * MAX_RATIO) {
      throw expandedTooLarge(
        `The file expands from ${compressedBytes} to ${expandedBytes} bytes, more than ${MAX_RATIO} to 1.`,
      );
    }
  }

  /**
   * Counts bytes as they come out, whatever was declared.
   * @throws AQF_EXTRACTION_EXPANDED_TOO_LARGE
   */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent <= this.#maxBytes) return;
    throw expandedTooLarge(
      `The file expands beyond ${this.#maxBytes} bytes (limit maxExpandedBytes) and was not read further.`,
    );
  }
}
