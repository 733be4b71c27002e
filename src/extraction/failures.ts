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

export function tooDeep(maxDepth: number): AquiferError {
  return new AquiferError(
    'AQF_EXTRACTION_TOO_DEEP',
    `The file nests deeper than ${maxDepth} levels (limit maxDepth).`,
    { facts: { maxDepth } },
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

/** What a parser threw, as an error of this room: a full stack means nesting, anything else broken input. */
export function asExtractionError(error: unknown, what: string, maxDepth: number): AquiferError {
  if (isAquiferError(error)) return error;
  if (error instanceof RangeError && error.message.includes('call stack')) return tooDeep(maxDepth);
  return corrupt(what, error);
}
