import { describe, expect, it } from 'vitest';
import { outline, read } from '../../../test/support/extraction.js';

const rtf = (
  body: string,
) => `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}
{\\f2\\fcharset128 MS Gothic;}}{\\stylesheet{\\s1 heading 1;}{\\s2\\outlinelevel1 Chapter;}}
{\\info{\\title The title}{\\author Ada}{\\creatim\\yr2020}}${body}}`;

describe('RTF', () => {
  it('decodes text by the font it is set in', async () => {
    const document = await read(rtf("\\f0 Caf\\'e9 {\\f1 \\'cc\\'e8\\'f0} {\\f2 \\'93\\'fa\\'96\\'7b}\\par"));
    expect(document.text).toBe('Café Мир 日本');
  });

  it('reads Unicode escapes and passes over their fallback characters', async () => {
    const document = await read(rtf("\\uc1 \\u8364?5 \\u-10179?\\u-8704? {\\uc2\\u24180\\'94\\'4e}x\\par"));
    expect(document.text).toBe('€5 😀 年x');
  });

  it('finds headings by style and outline level, list items and table rows', async () => {
    const document = await read(
      rtf(
        '\\pard\\s1 One\\par\\pard\\s2 Two\\par\\pard text\\par' +
          '{\\listtext\\bullet\\tab}\\pard\\ls1 item\\par\\pard ' +
          '\\trowd\\cellx100\\cellx200\\pard\\intbl a\\cell b\\cell\\row\\pard after\\par',
      ),
    );
    expect(outline(document)).toEqual([
      'h1: One',
      'h2: Two',
      'paragraph: text',
      'list-item: item',
      'table-row: a | b',
      'paragraph: after',
    ]);
  });

  it('takes title and author and shows no hidden, binary or optional content', async () => {
    const document = await read(
      rtf(
        'shown{\\v hidden}{\\*\\unknown secret}{\\pict 00ff}\\bin5 {}{}{ and {\\field{\\*\\fldinst X}{\\fldrslt result}}\\par',
      ),
    );
    expect(document.text).toBe('shown and result');
    expect(document.title).toBe('The title');
    expect(document.metadata).toEqual({ author: 'Ada' });
  });

  it('refuses groups nested deeper than the limit', async () => {
    await expect(read(`{\\rtf1 ${'{'.repeat(100_000)}x`)).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_TOO_DEEP',
    });
  });
});
