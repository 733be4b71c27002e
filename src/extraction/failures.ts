import { AquiferError, isAquiferError, messageOf } from '../errors/index.js';

/** The errors that several readers share, with one wording each. */

export function corrupt(what: string, cause: unknown): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_CORRUPT',
    `The file cannot be read as ${what}: ${messageOf(cause)}`,
    {
      facts: { format: what },
      cause,
    },
  );
}

export function unsupported(what: string): AquiferError {
  return new AquiferError('AQF_EXTRACTION_UNSUPPORTED', `The file is ${what}, which is not read.`, {
    facts: { found: what },
  });
}

export function encrypted(what: string): AquiferError {
  return new AquiferError('AQF_EXTRACTION_ENCRYPTED', `The file is ${what} protected by a password.`);
}

export function hostile(why: string): AquiferError {
  return new AquiferError('AQF_EXTRACTION_HOSTILE', `The file was refused: ${why}.`);
}

export function empty(): AquiferError {
  return new AquiferError('AQF_EXTRACTION_EMPTY', 'The file holds no text.');
}

export function tooDeep(levels: number, limit: 'maxDepth' | 'maxAttachmentDepth' = 'maxDepth'): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_TOO_DEEP',
    `The file nests deeper than ${levels} levels (limit ${limit}).`,
    { facts: { levels, limit } },
  );
}

export function tooManyPages(pages: number, maxPages: number): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_TOO_MANY_PAGES',
    `The file has ${pages} pages; at most ${maxPages} are read (limit maxPages).`,
    { facts: { pages, maxPages } },
  );
}

export function expandedTooLarge(message: string): AquiferError {
  return new AquiferError('AQF_EXTRACTION_EXPANDED_TOO_LARGE', message);
}

/**
 * What a parser threw, as an error of this room. A full stack means nesting, a failed allocation means size;
 * anything else is broken input.
 */
export function asExtractionError(error: unknown, what: string): AquiferError {
  if (isAquiferError(error)) return error;
  const message = error instanceof RangeError ? error.message : '';
  if (message.includes('call stack')) {
    return new AquiferError('AQF_EXTRACTION_TOO_DEEP', `The file nests too deeply to be read as ${what}.`);
  }
  if (message.includes('Invalid string length')) {
    return expandedTooLarge('A single text of the file is longer than a string can be.');
  }
  if (message.includes('allocation failed')) {
    return new AquiferError(
      'AQF_EXTRACTION_MEMORY',
      `Reading the file as ${what} took more memory than there is.`,
    );
  }
  return corrupt(what, error);
}
