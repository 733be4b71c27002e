import { describe, expect, it } from 'vitest';
import { outline, read } from '../../../test/support/extraction.js';

describe('plain text', () => {
  it('splits paragraphs at blank lines and finds list items', async () => {
    const document = await read('First line\nsecond line.\n\n- one\n  goes on\n- two\n\n1. three\n');
    expect(outline(document)).toEqual([
      'paragraph: First line\nsecond line.',
      'list-item: - one\ngoes on',
      'list-item: - two',
      'list-item: 1. three',
    ]);
  });

  it('finds the underlined headings of reStructuredText, levels by first use', async () => {
    const document = await read(
      '=====\nTitle\n=====\n\nAbstract\n========\n\ntext\n\nDetail\n------\n\nMore\n====\n\ntext\n',
      'a.rst',
    );
    expect(outline(document)).toEqual([
      'h1: Title',
      'h2: Abstract',
      'paragraph: text',
      'h3: Detail',
      'h2: More',
      'paragraph: text',
    ]);
  });

  it('does not take a rule for an underline, nor a short one', async () => {
    const document = await read('A sentence that is long.\n---\n\n-----\n\nafter');
    expect(outline(document)).toEqual(['paragraph: A sentence that is long.\n---', 'paragraph: after']);
  });

  it('keeps the indentation of a literal block', async () => {
    const document = await read('Example::\n\n    if a:\n\n        b()\n\nafter\n', 'a.rst');
    expect(outline(document)).toEqual([
      'paragraph: Example::',
      'code:     if a:\n\n        b()',
      'paragraph: after',
    ]);
  });

  it('takes the title from a header of fields', async () => {
    const document = await read(
      'PEP: 9999\nTitle: Better\n  things\nAuthor: Ada <a@x.test>\n\nBody\n',
      'pep.rst',
    );
    expect(document.title).toBe('Better things');
    expect(document.metadata).toEqual({ pep: '9999', author: 'Ada <a@x.test>' });
  });
});

describe('CSV', () => {
  it.each([',', ';', '\t', '|'])('finds the delimiter %j', async (delimiter) => {
    const text = `name${delimiter}note\nAda${delimiter}"a${delimiter}b"\nBob${delimiter}x\n`;
    const document = await read(text, 'a.csv');
    expect(outline(document)).toEqual([
      'table-row: name | note',
      delimiter === '\t' ? 'table-row: Ada | a b' : `table-row: Ada | a${delimiter}b`,
      'table-row: Bob | x',
    ]);
  });

  it('reads rows of uneven length and quotes out of place', async () => {
    expect((await read('a,b,c\n1\n2,say "hi",x,y\n', 'a.csv')).text).toBe(
      'a | b | c\n1\n2 | say "hi" | x | y',
    );
  });
});

describe('JSON', () => {
  it('writes plain values with their path, one paragraph for each object', async () => {
    const document = await read('{"title":"T","a":{"b":1,"c":[true,null,"x"]},"list":[{"d":"e"},{"d":"f"}]}');
    expect(document.title).toBe('T');
    expect(outline(document)).toEqual([
      'paragraph: title: T',
      'paragraph: a.b: 1',
      'paragraph: a.c: true\na.c: x',
      'paragraph: list.d: e',
      'paragraph: list.d: f',
    ]);
  });

  it('reads several values one after the other', async () => {
    expect((await read('{"a":"}"}\n{"a":"\\""} {"a":3}')).text).toBe('a: }\n\na: "\n\na: 3');
  });

  it('says of a broken one that it is corrupt', async () => {
    await expect(read('{"a": [1, 2}')).rejects.toMatchObject({ code: 'AQF_EXTRACTION_CORRUPT' });
    await expect(read('{"a": 1')).rejects.toMatchObject({ code: 'AQF_EXTRACTION_CORRUPT' });
    await expect(read('{"a": 1} ]')).rejects.toMatchObject({ code: 'AQF_EXTRACTION_CORRUPT' });
  });
});
