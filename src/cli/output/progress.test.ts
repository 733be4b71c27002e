import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from './display-text.js';
import { createProgress, type ProgressOptions } from './progress.js';

const CLEAR = '\r\u001b[K';

function track(options: Partial<ProgressOptions> & { isTTY?: boolean; columns?: number } = {}) {
  const { isTTY = false, columns = 100, ...rest } = options;
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  let time = 5_000;
  const progress = createProgress({ label: 'Ingesting', unit: 'files', stream, now: () => time, ...rest });
  /** Redraws of the live line, without escape sequences. */
  const drawn = () =>
    written
      .join('')
      .split(CLEAR)
      .map((text) => stripVTControlCharacters(text).trimEnd())
      .filter(Boolean);
  const pass = (ms: number) => {
    time += ms;
  };
  return { progress, written, drawn, pass };
}

describe('progress on a terminal', () => {
  it('is one line with bar, percent, count, rate, time left and what is in hand', () => {
    const { progress, drawn, pass } = track({ isTTY: true, total: 1111 });
    pass(10_000);
    progress.update(400, { detail: 'report.pdf' });
    expect(drawn()).toEqual([
      'Ingesting ███████░░░░░░░░░░░░░ 36 % 400/1,111 files · 40/s · 18 s left · report.pdf',
    ]);
  });

  it('is redrawn at most ten times a second', () => {
    const { progress, drawn, pass } = track({ isTTY: true, total: 1000 });
    for (let done = 1; done <= 1000; done++) {
      pass(1);
      progress.update(done);
    }
    expect(drawn().length).toBe(10);
  });

  it('never wraps, whatever the file in hand is called', () => {
    const { progress, drawn, pass } = track({ isTTY: true, total: 10, columns: 80 });
    pass(1_000);
    progress.update(1, { detail: `${'日本'.repeat(40)}\n\u001b[2J.pdf` });
    const [line = ''] = drawn();
    expect(displayWidth(line)).toBeLessThan(80);
    expect(line).toMatch(/日…$|本…$/);
  });

  it('tells the rate of the last seconds, not of the whole run', () => {
    const { progress, drawn, pass } = track({ isTTY: true, total: 100_000 });
    for (let second = 1; second <= 60; second++) {
      pass(1_000);
      progress.update(second <= 30 ? second * 1000 : 30_000 + (second - 30));
    }
    expect(drawn().at(-1)).toContain('· 1.0/s ·');
  });

  it('puts a note above the line', () => {
    const { progress, written, pass } = track({ isTTY: true, total: 2 });
    pass(1_000);
    progress.update(1);
    const line = written.join('').slice(CLEAR.length);
    progress.note('broken.pdf: AQF_FILE_CORRUPT');
    expect(written.at(-1)).toBe(`${CLEAR}broken.pdf: AQF_FILE_CORRUPT\n${line}`);
  });

  it('ends with the state at the end, the average rate and the time taken', () => {
    const { progress, drawn, written, pass } = track({ isTTY: true, total: 100 });
    pass(1);
    progress.update(50);
    pass(19_999);
    progress.update(100);
    progress.finish();
    expect(drawn().at(-1)).toBe('Ingesting ████████████████████ 100 % 100/100 files · 5.0/s · took 20 s');
    expect(written.at(-1)).toBe('\n');
  });

  it('has no bar where the total is not known', () => {
    const { progress, drawn, pass } = track({ isTTY: true });
    pass(1_000);
    progress.update(12);
    expect(drawn()).toEqual(['Ingesting 12 files · 12/s']);
  });

  it('does not call 999 of 1000 finished', () => {
    const { progress, drawn, pass } = track({ isTTY: true, total: 1000 });
    pass(1_000);
    progress.update(999);
    expect(drawn()[0]).toContain(' 99 % ');
  });
});

describe('progress elsewhere', () => {
  it('is a plain line for every tenth done', () => {
    const { progress, written, pass } = track({ total: 1000 });
    for (let done = 1; done <= 1000; done++) {
      pass(50);
      progress.update(done, { detail: 'report.pdf' });
    }
    progress.finish();
    expect(written.slice(0, 2)).toEqual([
      'Ingesting: 100/1,000 files (10 %), 20/s, 45 s left\n',
      'Ingesting: 200/1,000 files (20 %), 20/s, 40 s left\n',
    ]);
    expect(written).toHaveLength(11);
    expect(written.at(-1)).toBe('Ingesting: 1,000/1,000 files (100 %), 20/s, took 50 s\n');
  });

  it('is never more than a line in two seconds', () => {
    const { progress, written, pass } = track({ total: 100 });
    for (let done = 1; done <= 100; done++) {
      pass(50);
      progress.update(done);
    }
    expect(written).toHaveLength(2);
  });

  it('breaks a long silence', () => {
    const { progress, written, pass } = track({ total: 1_000_000 });
    for (let done = 1; done <= 60; done++) {
      pass(1_000);
      progress.update(done);
    }
    expect(written).toHaveLength(2);
  });

  it('is a line in two seconds where the total is not known', () => {
    const { progress, written, pass } = track();
    for (let done = 1; done <= 6; done++) {
      pass(1_000);
      progress.update(done);
    }
    expect(written).toEqual([
      'Ingesting: 2 files, 1.0/s\n',
      'Ingesting: 4 files, 1.0/s\n',
      'Ingesting: 6 files, 1.0/s\n',
    ]);
  });

  it('shows notes at once and safe to print', () => {
    const { progress, written } = track();
    progress.note('bad\u001b[31mname.pdf: failed');
    expect(written).toEqual(['bad [31mname.pdf: failed\n']);
  });

  it('calls no files at all finished', () => {
    const { progress, written } = track({ total: 0 });
    progress.finish();
    expect(written).toEqual(['Ingesting: 0/0 files (100 %), took 0 ms\n']);
  });
});

describe('silent progress', () => {
  it('writes nothing', () => {
    const { progress, written, pass } = track({ silent: true, total: 10 });
    pass(60_000);
    progress.update(5);
    progress.note('a note');
    progress.finish();
    expect(written).toEqual([]);
  });
});
