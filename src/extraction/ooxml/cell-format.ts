import type { OfficePackage } from './package.js';

/** How a workbook's styles show a number: the kinds whose raw value would mislead a reader. */
export type CellFormat = 'date' | 'time' | 'datetime' | 'percent' | 'number';

const BUILT_IN: Readonly<Record<number, CellFormat>> = {
  9: 'percent',
  10: 'percent',
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'datetime',
  45: 'time',
  46: 'time',
  47: 'time',
};

/** The format of each cell style (`s` attribute), from the styles part (ECMA-376 part 1, 18.8). */
export async function readCellFormats(parts: OfficePackage, part: string | undefined): Promise<CellFormat[]> {
  const formats: CellFormat[] = [];
  if (part === undefined || !parts.has(part)) return formats;
  const custom = new Map<number, CellFormat>();
  let inCellFormats = false;
  await parts.walk(part, {
    open: (element) => {
      if (element.name === 'x:cellXfs') inCellFormats = true;
      const id = Number(element.attribute('numFmtId') ?? 0);
      if (element.name === 'x:numFmt') custom.set(id, kindOf(element.attribute('formatCode') ?? ''));
      if (element.name === 'x:xf' && inCellFormats) {
        formats.push(custom.get(id) ?? BUILT_IN[id] ?? 'number');
      }
    },
    close: (name) => {
      if (name === 'x:cellXfs') inCellFormats = false;
    },
  });
  return formats;
}

/** Reads a format code such as `[$-409]d-mmm-yy;@`, without its literals, colours and conditions. */
function kindOf(code: string): CellFormat {
  const plain = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '').split(';')[0] ?? '';
  const hasTime = /[hs]/i.test(plain) || /\[[hms]+\]/i.test(code);
  const hasDate = /[yd]/i.test(plain) || (/m/i.test(plain) && !hasTime);
  if (hasDate) return hasTime ? 'datetime' : 'date';
  if (hasTime) return 'time';
  return plain.includes('%') ? 'percent' : 'number';
}

const DAY_MS = 86_400_000;
/** Serial 0 of the 1900 system, shifted by the leap day that Excel counts and the calendar lacks. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** 31 December 9999, the last day Excel can show. */
const MAX_SERIAL = 2_958_466;

/** A numeric cell as text: dates and times in ISO 8601, percentages with their sign. */
export function formatNumber(raw: string, format: CellFormat, is1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (format === 'percent') return `${trimNumber(value * 100)}%`;
  if (format === 'number' || value < 0 || value >= MAX_SERIAL) return trimNumber(value);
  const moment = new Date(Math.round((is1904 ? EPOCH_1904 : EPOCH_1900) + value * DAY_MS)).toISOString();
  const [date, time] = [moment.slice(0, 10), moment.slice(11, 19)];
  if (format === 'date') return date;
  return format === 'time' ? time : `${date} ${time}`;
}

/** 15 significant digits, as Excel keeps them: 0.1 + 0.2 reads 0.3. */
function trimNumber(value: number): string {
  return String(Number(value.toPrecision(15)));
}
