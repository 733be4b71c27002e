/** A line of text on a test page, in points from the lower left corner. */
export interface PdfText {
  readonly text: string;
  readonly size?: number;
  readonly x?: number;
  readonly y: number;
}

export interface PdfPage {
  readonly texts?: readonly PdfText[];
  /** Shows a picture of one grey pixel, drawn over the page. */
  readonly picture?: boolean;
}

/** Writes a PDF by hand: Helvetica, A4, one content stream a page. */
export function pdf(pages: readonly PdfPage[], info = ''): Buffer {
  const contents = pages.map(({ texts = [], picture = false }) => stream(drawing(texts, picture)));
  return pdfOfStreams(contents, info);
}

/** A PDF whose content streams are given as whole objects. */
export function pdfOfStreams(contents: readonly (string | Buffer)[], info = ''): Buffer {
  const kids = contents.map((_, index) => `${FIRST_PAGE + index * 2} 0 R`).join(' ');
  const pageObjects = contents.flatMap((content, index) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> ` +
      `/XObject << /Im1 4 0 R >> >> /Contents ${FIRST_PAGE + index * 2 + 1} 0 R >>`,
    content,
  ]);
  return assemble(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
      stream(
        '\x80',
        '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8',
      ),
      `<< ${info} >>`,
      ...pageObjects,
    ].map((object) => (typeof object === 'string' ? Buffer.from(object, 'latin1') : object)),
  );
}

const FIRST_PAGE = 6;

export function stream(content: string | Buffer, dictionary = ''): Buffer {
  const data = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
  const head = Buffer.from(`<< ${dictionary} /Length ${data.length} >>\nstream\n`, 'latin1');
  return Buffer.concat([head, data, Buffer.from('\nendstream')]);
}

function drawing(texts: readonly PdfText[], picture: boolean): string {
  const lines = texts.map(
    ({ text, size = 12, x = 72, y }) => `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text}) Tj ET`,
  );
  return [...lines, ...(picture ? ['q 500 0 0 500 0 0 cm /Im1 Do Q'] : [])].join('\n');
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    offsets.push(at);
    parts.push(whole);
    at += whole.length;
  }
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table), Buffer.from(trailer)]);
}
