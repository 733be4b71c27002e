import { describe, expect, it } from 'vitest';
import { expectWellFormed, outline, read } from '../../../test/support/extraction.js';
import { pdf } from '../../../test/support/pdf.js';

/** Lines at the distance of ordinary text, from the top. */
function lines(top: number, ...texts: string[]) {
  return texts.map((text, index) => ({ text, y: top - index * 15 }));
}

describe('PDF', () => {
  it('joins lines to paragraphs and divided words to one', async () => {
    const document = await read(
      pdf([
        {
          texts: [
            ...lines(700, 'The quick brown fox jum-', 'ped over the', 'lazy dog.'),
            ...lines(620, 'Next.'),
          ],
        },
      ]),
    );
    expect(outline(document)).toEqual([
      'paragraph: The quick brown fox jumped over the lazy dog.',
      'paragraph: Next.',
    ]);
  });

  it('finds headings by font size and counts pages from 1', async () => {
    const document = await read(
      pdf([
        {
          texts: [
            { text: 'Annual report', size: 24, y: 760 },
            ...lines(700, 'A long line of body text here.'),
          ],
        },
        {
          texts: [{ text: 'Supplier risk', size: 16, y: 760 }, ...lines(700, 'More body text on page two.')],
        },
      ]),
    );
    expect(outline(document)).toEqual([
      'h1: Annual report',
      'paragraph: A long line of body text here.',
      'h2: Supplier risk',
      'paragraph: More body text on page two.',
    ]);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 1, 2, 2]);
    expect(document.title).toBe('Annual report');
    expectWellFormed(document);
  });

  it('takes the stated title, unless it is the name of a file', async () => {
    const page = { texts: [{ text: 'Heading', size: 24, y: 760 }, ...lines(700, 'Body text, long enough.')] };
    expect((await read(pdf([page], '/Title (Real title) /Author (Ada)'))).title).toBe('Real title');
    const unnamed = await read(pdf([page], '/Title (Microsoft Word - draft7.doc) /Author (Ada)'));
    expect(unnamed.title).toBe('Heading');
    expect(unnamed.metadata).toEqual({ author: 'Ada' });
  });

  it('reports a document of pictures as scanned', async () => {
    await expect(read(pdf([{ picture: true }, { picture: true }]))).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_SCANNED',
      message: 'The file has no text, only pictures on 2 pages.',
    });
  });

  it('reports a document of blank pages as empty', async () => {
    await expect(read(pdf([{}, {}]))).rejects.toMatchObject({ code: 'AQF_EXTRACTION_EMPTY' });
  });

  it('names the pictured pages of a document that also has text', async () => {
    const text = { texts: lines(700, 'text') };
    const scan = { picture: true };
    const document = await read(pdf([text, scan, {}, scan, scan, { ...text, picture: true }]));
    expect(document.metadata).toEqual({ 'scanned pages': '2, 4-5' });
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 6]);
  });

  it('refuses more pages than the limit before it reads one', async () => {
    const pages = Array.from({ length: 10_000 }, () => ({}));
    await expect(read(pdf(pages))).rejects.toMatchObject({ code: 'AQF_EXTRACTION_TOO_MANY_PAGES' });
  });

  it('reads a document whose header comes late', async () => {
    const late = Buffer.concat([Buffer.from('\n\n  '), pdf([{ texts: lines(700, 'text') }])]);
    expect((await read(late)).text).toBe('text');
  });

  it('says of a document without pages that it is corrupt', async () => {
    await expect(read('%PDF-1.7\n1 0 obj\n<< /Type')).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_CORRUPT',
    });
  });
});
