import { describe, expect, it } from 'vitest';
import { outline } from '../../test/support/extraction.js';
import { DocumentBuilder } from './builder.js';
import { BlockFlow } from './flow.js';

function flowOf(write: (flow: BlockFlow) => void): string[] {
  const builder = new DocumentBuilder(10_000);
  const flow = new BlockFlow(builder);
  write(flow);
  flow.end();
  return outline(builder.build('html'));
}

function cell(flow: BlockFlow, ...paragraphs: string[]): void {
  flow.beginCell();
  for (const text of paragraphs) {
    flow.begin('paragraph');
    flow.text(text);
  }
}

describe('BlockFlow', () => {
  it('makes one block of a row, its cells on one line', () => {
    const blocks = flowOf((flow) => {
      flow.beginRow();
      cell(flow, 'one', 'two');
      cell(flow, 'three');
      flow.endRow();
      flow.text('after');
    });
    expect(blocks).toEqual(['table-row: one two | three', 'paragraph: after']);
  });

  it('reads a table around sections as layout', () => {
    const blocks = flowOf((flow) => {
      flow.beginRow();
      cell(flow, 'menu');
      flow.beginCell();
      flow.begin('heading', 2);
      flow.text('Section');
      cell(flow, 'text');
      flow.endRow();
    });
    expect(blocks).toEqual(['paragraph: menu', 'h2: Section', 'paragraph: text']);
  });

  it('reads a table around a table as layout and the inner one as rows', () => {
    const blocks = flowOf((flow) => {
      flow.beginRow();
      cell(flow, 'outer');
      flow.beginTable();
      flow.beginRow();
      cell(flow, 'a');
      cell(flow, 'b');
      flow.endRow();
      flow.endRow();
    });
    expect(blocks).toEqual(['paragraph: outer', 'table-row: a | b']);
  });

  it('keeps the blocks of a row whose only filled cell holds several', () => {
    const blocks = flowOf((flow) => {
      flow.beginRow();
      cell(flow);
      cell(flow, 'first', 'second');
      flow.endRow();
    });
    expect(blocks).toEqual(['paragraph: first', 'paragraph: second']);
  });

  it('skips rows without text', () => {
    const blocks = flowOf((flow) => {
      flow.beginRow();
      cell(flow, ' ');
      flow.endRow();
      flow.text('x');
    });
    expect(blocks).toEqual(['paragraph: x']);
  });
});
