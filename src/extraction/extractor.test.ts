import { afterEach, describe, expect, it } from 'vitest';
import { docx, wordParagraph } from '../../test/support/office.js';
import { pdfOfStreams, stream } from '../../test/support/pdf.js';
import { deflatedRepeats } from '../../test/support/zip.js';
import { createExtractor, type Extractor, type ExtractorOptions } from './index.js';

let extractor: Extractor | undefined;

function open(options: Partial<ExtractorOptions> = {}): Extractor {
  extractor = createExtractor(options);
  return extractor;
}

afterEach(() => extractor?.close());

const small = { bytes: Buffer.from('A small text.') };
/** Takes the Markdown renderer far longer than any limit used here. */
const slow = { bytes: Buffer.from('*a _b '.repeat(2_000_000)), name: 'slow.md' };

describe('Extractor', () => {
  it('reads a file in a child process', async () => {
    const document = await open().extract({ bytes: docx(wordParagraph('Hello')), name: 'a.docx' });
    expect(document).toEqual({
      format: 'docx',
      text: 'Hello',
      blocks: [{ kind: 'paragraph', start: 0, end: 5 }],
      metadata: {},
    });
  });

  it('keeps one child for many files and starts none before the first', async () => {
    const { extract, usage } = bound(open());
    expect(usage().processesStarted).toBe(0);
    await Promise.all(Array.from({ length: 50 }, () => extract(small)));
    expect(usage().processesStarted).toBe(1);
    expect(usage().peakMemoryBytes).toBeGreaterThan(10_000_000);
  });

  it('reads with as many children as it is told', async () => {
    const { extract, usage } = bound(open({ processes: 2 }));
    const documents = await Promise.all(Array.from({ length: 10 }, () => extract(small)));
    expect(new Set(documents.map(({ text }) => text))).toEqual(new Set(['A small text.']));
    expect(usage().processesStarted).toBe(2);
  });

  it('kills a child that takes too long and reads the next file with a new one', async () => {
    const { extract, usage } = bound(open({ timeoutMs: 300 }));
    await expect(extract(slow)).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_TIMEOUT',
      message: 'Reading the file took longer than 300 ms (limit timeoutMs).',
    });
    expect((await extract(small)).text).toBe('A small text.');
    expect(usage().processesStarted).toBe(2);
  });

  it('ends a child that passes its memory limit and reads the next file with a new one', async () => {
    const { extract, usage } = bound(open({ memoryMb: 200 }));
    await expect(extract({ bytes: pdfThatFillsMemory() })).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_MEMORY',
      message: 'Reading the file took more than 200 MiB of memory (limit memoryMb).',
    });
    expect((await extract(small)).text).toBe('A small text.');
    expect(usage().processesStarted).toBe(2);
  });

  it('refuses a file above the size limit and a file of no bytes without a child', async () => {
    const { extract, usage } = bound(open({ maxBytes: 10 }));
    await expect(extract(small)).rejects.toMatchObject({ code: 'AQF_EXTRACTION_TOO_LARGE' });
    await expect(extract({ bytes: new Uint8Array() })).rejects.toMatchObject({
      code: 'AQF_EXTRACTION_EMPTY',
    });
    expect(usage().processesStarted).toBe(0);
  });

  it('brings an error across with its code, message and hint', async () => {
    const failure = await open()
      .extract({ bytes: Buffer.from('<?xml version="1.0"?><a/>') })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'AQF_EXTRACTION_UNSUPPORTED',
      status: 415,
      facts: { found: 'an XML document' },
    });
  });

  it('fails what it is reading and what waits when it is closed', async () => {
    const { extract, close } = bound(open());
    const running = extract(slow);
    const waiting = extract(small);
    await close();
    await expect(running).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    await expect(waiting).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    await expect(extract(small)).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
  });

  it('refuses options that are no whole numbers above 0', () => {
    expect(() => createExtractor({ processes: 0 })).toThrow(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
    );
  });
});

function bound(instance: Extractor) {
  return {
    extract: instance.extract.bind(instance),
    usage: instance.usage.bind(instance),
    close: instance.close.bind(instance),
  };
}

/** A content stream of a few kilobytes that expands to hundreds of megabytes of drawing. */
function pdfThatFillsMemory(): Buffer {
  const drawing = Buffer.from('BT /F1 12 Tf (x) Tj ET\n'.repeat(40_000));
  const zlibHeader = Buffer.from([0x78, 0x9c]);
  const content = Buffer.concat([zlibHeader, deflatedRepeats('', drawing, 600, '')]);
  return pdfOfStreams([stream(content, '/Filter /FlateDecode')]);
}
