import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AquiferError } from '../errors/index.js';

export interface Line {
  /** 1 for the first line of the file. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a text file that are not blank, read as they are asked for.
 * @throws AQF_EVAL_DATASET_INVALID when the file cannot be opened
 */
export async function* readLines(path: string): AsyncGenerator<Line, void, undefined> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new AquiferError('AQF_EVAL_DATASET_INVALID', `Cannot read ${path}: ${reason}.`, { cause });
  });
  try {
    let number = 0;
    for await (const text of file.readLines({ encoding: 'utf8', autoClose: false })) {
      number++;
      if (text.trim() !== '') yield { number, text: number === 1 ? text.replace(/^\ufeff/, '') : text };
    }
  } finally {
    await file.close();
  }
}

/** The error of one line of a data set. */
export function invalidLine(path: string, line: number, problem: string): AquiferError {
  return new AquiferError('AQF_EVAL_DATASET_INVALID', `${path}, line ${line}: ${problem}`, {
    facts: { file: basename(path), line },
  });
}
