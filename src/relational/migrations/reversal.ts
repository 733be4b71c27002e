import { AquiferError } from '../../errors/index.js';
import { type NumberedFile, readNumberedFiles, titleOf } from './migration.js';

/** How one migration is undone, and what that costs. */
export interface Reversal {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** Why it cannot be undone. */
  readonly irreversible?: string;
  /** What is gone afterwards. */
  readonly loses?: string;
}

const FOLDER = new URL('../../../sql/down/', import.meta.url);
const FIRST_LINE = /^-- (?:irreversible: (?<irreversible>.+)|loses: (?<loses>.+)|loses nothing)\r?\n/;

/**
 * The reversals that ship with Aquifer, in order. The first line of each file says what it costs:
 * `-- irreversible: <reason>`, `-- loses: <what>` or `-- loses nothing`.
 */
export async function readReversals(folder: URL = FOLDER): Promise<Reversal[]> {
  return (await readNumberedFiles(folder)).map(toReversal);
}

function toReversal(file: NumberedFile): Reversal {
  const match = FIRST_LINE.exec(file.sql);
  if (!match) {
    const message = `The reversal of ${titleOf(file)} does not begin with what it costs.`;
    throw new AquiferError('AQF_INTERNAL', message);
  }
  const { irreversible, loses } = match.groups ?? {};
  return { ...file, ...(irreversible && { irreversible }), ...(loses && { loses }) };
}
