import { parse } from 'csv-parse/sync';
import type { FormatReader } from '../context.js';
import { guessDelimiter } from '../detection/delimiter.js';
import { decodeText } from '../text/decode.js';

const SAMPLE_CHARACTERS = 64 * 1024;

/** CSV (RFC 4180 and its relatives): one block per record, whatever the delimiter. */
export const readCsv: FormatReader = ({ bytes }, into) => {
  const text = decodeText(bytes);
  const delimiter = guessDelimiter(text.slice(0, SAMPLE_CHARACTERS))?.delimiter ?? ',';
  const options = {
    delimiter,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 0,
  };
  for (const record of parse(text, options)) into.addRow(record);
};
