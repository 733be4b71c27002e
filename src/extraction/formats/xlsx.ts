import { Archive } from '../archive/archive.js';
import type { FormatReader } from '../context.js';
import { tooManyPages } from '../failures.js';
import { readCellFormats } from '../ooxml/cell-format.js';
import { OfficePackage } from '../ooxml/package.js';
import { readSharedStrings } from '../ooxml/shared-strings.js';
import { SheetRows } from '../ooxml/sheet-rows.js';

interface Sheet {
  readonly name: string;
  readonly relation: string;
}

/** XLSX (ECMA-376 part 1, SpreadsheetML): each sheet as a heading and its rows, values as shown. */
export const readXlsx: FormatReader = async ({ bytes }, into, context) => {
  const archive = await Archive.open(bytes, context.expansion);
  const parts = new OfficePackage(archive, context.limits.maxDepth);
  const main = await parts.mainPart('xl/workbook.xml');
  const relations = await parts.relationships(main);
  const partOf = (type: string) => relations.find((each) => each.type === type)?.target;
  const { sheets, is1904 } = await readWorkbook(parts, main);
  if (sheets.length > context.limits.maxPages) throw tooManyPages(sheets.length, context.limits.maxPages);
  await parts.describe(into);
  into.setMetadata('sheets', sheets.map(({ name }) => name).join(', '));
  const strings = await readSharedStrings(parts, partOf('sharedStrings'), into);
  const formats = await readCellFormats(parts, partOf('styles'));
  for (const [index, sheet] of sheets.entries()) {
    const target = relations.find(({ id }) => id === sheet.relation)?.target;
    if (target === undefined || !parts.has(target)) continue;
    into.page = index + 1;
    into.introduce(sheet.name, 1);
    await parts.walk(target, new SheetRows({ strings, formats, is1904 }, into));
  }
};

async function readWorkbook(parts: OfficePackage, main: string) {
  const sheets: Sheet[] = [];
  let is1904 = false;
  await parts.walk(main, {
    open: (element) => {
      if (element.name === 'x:workbookPr') is1904 = /^(1|true)$/.test(element.attribute('date1904') ?? '');
      if (element.name !== 'x:sheet') return;
      sheets.push({ name: element.attribute('name') ?? '', relation: element.attribute('r:id') ?? '' });
    },
  });
  return { sheets, is1904 };
}
