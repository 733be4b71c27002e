import { describe, expect, it } from 'vitest';
import { outline, read } from '../../../test/support/extraction.js';

const page = (body: string, head = '') =>
  `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;

describe('HTML', () => {
  it('reads headings, paragraphs, lists, code and tables', async () => {
    const document = await read(
      page(
        '<h2>Risk &amp; duty</h2><p>one <b>bold</b>\n word</p><ul><li>first<li>second</ul>' +
          '<pre>if (a)\n  b();</pre><table><tr><th>A<th>B<tr><td>1<td>2</table>loose',
      ),
    );
    expect(outline(document)).toEqual([
      'h2: Risk & duty',
      'paragraph: one bold word',
      'list-item: first',
      'list-item: second',
      'code: if (a)\n  b();',
      'table-row: A | B',
      'table-row: 1 | 2',
      'paragraph: loose',
    ]);
  });

  it('takes the title and the description, and leaves out scripts and styles', async () => {
    const head =
      '<title>My page</title><meta name="description" content="About it"><style>p { color: red }</style>';
    const document = await read(
      page('<script>var a = "<p>no</p>";</script><p>yes</p><svg><title>x</title></svg>', head),
    );
    expect(document.title).toBe('My page');
    expect(document.text).toBe('yes');
    expect(document.metadata).toEqual({ description: 'About it' });
  });

  it('follows the charset a page declares', async () => {
    const head = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">';
    const bytes = Buffer.concat([Buffer.from(page('', head)), Buffer.from([0xf4, 0xc5, 0xd3, 0xd4])]);
    expect((await read(bytes)).text).toBe('Тест');
  });

  it('reads a layout table as the sections it holds', async () => {
    const document = await read(
      page('<table><tr><td>menu</td><td><h1>Title</h1><p>a</p><p>b</p></td></tr></table>'),
    );
    expect(outline(document)).toEqual(['paragraph: menu', 'h1: Title', 'paragraph: a', 'paragraph: b']);
  });
});

describe('Markdown', () => {
  it('drops markup and keeps structure', async () => {
    const document = await read(
      '# Title\n\nSome **bold** [link](https://x.test) and `code`.\n\n- one\n- two\n\n```js\nlet a;\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |\n',
      'a.md',
    );
    expect(document.format).toBe('markdown');
    expect(outline(document)).toEqual([
      'h1: Title',
      'paragraph: Some bold link and code.',
      'list-item: one',
      'list-item: two',
      'code: let a;',
      'table-row: A | B',
      'table-row: 1 | 2',
    ]);
  });

  it('takes title and fields from front matter', async () => {
    const document = await read('---\ntitle: "The title"\nauthor: Ada\ntags:\n  - a\n---\n\ntext\n', 'a.md');
    expect(document.title).toBe('The title');
    expect(document.metadata).toEqual({ author: 'Ada' });
    expect(document.text).toBe('text');
  });

  it('does not take a rule between paragraphs for front matter', async () => {
    expect((await read('---\n\nJust text.\n\n---\n\nmore', 'a.md')).text).toBe('Just text.\n\nmore');
  });
});
