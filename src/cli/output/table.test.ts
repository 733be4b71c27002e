import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { formatTable } from './table.js';

const plain = pc.createColors(false);

describe('a table', () => {
  it('aligns its columns, numbers to the right, and leaves no white space at line ends', () => {
    const rows = [
      ['Annual report', '1,111', '12.3 MB', 'done'],
      ['Memo', '7', '900 B', ''],
    ];
    expect(formatTable(['title', 'chunks', 'size', 'state'], rows, plain).split('\n')).toEqual([
      'title          chunks     size  state',
      '─────────────  ──────  ───────  ─────',
      'Annual report   1,111  12.3 MB  done',
      'Memo                7    900 B',
    ]);
  });

  it('counts wide, combined and invisible characters as a terminal does', () => {
    const rows = [
      ['日本語', 'a'],
      ['e\u0301te\u0301', 'b'],
      ['👩‍👩‍👧 ok', 'c'],
      ['\u200bnine', 'd'],
    ];
    expect(formatTable(['title', 'x'], rows, plain).split('\n').slice(2)).toEqual([
      '日本語  a',
      'e\u0301te\u0301     b',
      '👩‍👩‍👧 ok   c',
      '\u200bnine    d',
    ]);
  });

  it('lets no cell break the line, the terminal or the direction of the text', () => {
    const table = formatTable(['title'], [['a\nb\u001b[2Jc\u202edcb']], plain);
    expect(table.split('\n').at(-1)).toBe('a b [2Jc dcb');
  });

  it('fills up short rows and stands without any', () => {
    expect(formatTable(['a', 'b'], [['1']], plain)).toBe('a  b\n─  ─\n1');
    expect(formatTable(['a', 'b'], [], plain)).toBe('a  b\n─  ─');
  });

  it('takes a column for text as soon as one cell is', () => {
    expect(
      formatTable(['value'], [['1'], ['not set']], plain)
        .split('\n')
        .at(2),
    ).toBe('1');
  });

  it('colours only the head', () => {
    const [head, , body] = formatTable(['a'], [['x']], pc.createColors(true)).split('\n');
    expect(head).toBe('\u001b[1ma\u001b[22m');
    expect(body).toBe('x');
  });
});
