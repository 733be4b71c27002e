import { describe, expect, it } from 'vitest';
import { outline, read } from '../../../test/support/extraction.js';
import { docx, wordParagraph } from '../../../test/support/office.js';

const HEADER =
  'From: Ada <ada@x.test>\r\nTo: bob@x.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n';

function withAttachments(...attachments: { name: string; type: string; content: string | Buffer }[]): string {
  const parts = attachments.map(
    ({ name, type, content }) =>
      `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}\r\n`,
  );
  return `${HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n${parts.join('')}--b--\r\n`;
}

/** A mail within a mail, `levels` deep. */
function nestedMail(levels: number): string {
  const inner = levels === 0 ? `${HEADER}\r\ninnermost` : nestedMail(levels - 1);
  return withAttachments({ name: `level${levels}.eml`, type: 'message/rfc822', content: inner });
}

describe('EML', () => {
  it('reads subject, correspondents, date and body', async () => {
    const document = await read(
      `${HEADER}Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>Bob</b></p>`,
    );
    expect(document.title).toBe('Grüße');
    expect(outline(document)).toEqual([
      'h1: Grüße',
      'paragraph: From: Ada <ada@x.test>\nTo: bob@x.test\nDate: 2026-01-01T10:00:00.000Z',
      'paragraph: Hello Bob',
    ]);
    expect(document.metadata).toMatchObject({ from: 'Ada <ada@x.test>', subject: 'Grüße' });
  });

  it('reads attachments of known formats under their names', async () => {
    const content = docx(
      wordParagraph('Inside', '<w:outlineLvl w:val="0"/>') + wordParagraph('attached text'),
    );
    const document = await read(
      withAttachments({ name: 'report.docx', type: 'application/octet-stream', content }),
    );
    expect(outline(document).slice(2)).toEqual([
      'paragraph: Hello.',
      'h2: report.docx',
      'h3: Inside',
      'paragraph: attached text',
    ]);
  });

  it('lists attachments that cannot be read, with the code of each', async () => {
    const document = await read(
      withAttachments(
        { name: 'photo.png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a0000', 'hex') },
        { name: 'broken.docx', type: 'application/zip', content: 'PK\x03\x04 broken' },
      ),
    );
    expect(document.text).not.toContain('photo.png');
    expect(document.metadata['parts not read']).toBe(
      'photo.png (AQF_EXTRACTION_UNSUPPORTED), broken.docx (AQF_EXTRACTION_CORRUPT)',
    );
  });

  it('reads mails within mails down to the limit', async () => {
    const document = await read(nestedMail(8));
    expect(document.text).toContain('level4.eml');
    expect(document.text).not.toContain('level2.eml');
    await expect(read(nestedMail(3))).resolves.toMatchObject({ text: expect.stringContaining('innermost') });
  });
});
