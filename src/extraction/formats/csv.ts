import { parse } from 'csv-parse/sync';
import type { FormatReader } from '../context.js';
import { guessDelimiter } from '../detection/delimiter.js';
import { decodeText } from '../text/decode.js';

const SAMPLE_CHARACTERS = 64 * 1024;

/** CSV (RFC 4180 and its relatives): one block per record, whatever the delimiter. */
export const readCsv: FormatReader = ({ bytes }, into) => {
  const text = decodeText(bytes);
  const delimiter = guessDelimiter(text.slice(0, SAMPLE_CHARACTERS))?.delimiter ?? ',';
  parse(text, {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Written as it comes, so that the records are never held together.
    on_record: (record: string[]) => {
      into.addRow(record);
      return null;
    },
  });
};
