import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.js';
import { readTrecRun, writeTrecRun } from './trec.js';

it('writes a run as trec_eval reads it, in a folder that it makes', async () => {
  const path = join(tempDir(), 'runs', 'lexical.trec');
  const found = [
    { id: 'd2', score: 1.5 },
    { id: 'a b', score: 1.25 },
  ];
  await writeTrecRun(
    path,
    new Map([
      ['q1', found],
      ['q2', []],
    ]),
    'aquifer-lexical',
  );
  expect(await readFile(path, 'utf8')).toBe(
    'q1 Q0 d2 1 1.5 aquifer-lexical\nq1 Q0 a%20b 2 1.25 aquifer-lexical\n',
  );
});

describe('readTrecRun', () => {
  it('reads what was written, also ids with white space', async () => {
    const path = join(tempDir(), 'a.trec');
    const run = new Map([
      [
        'q 1',
        [
          { id: 'd\u00a01', score: 2 },
          { id: 'd\u30002', score: 0.5 },
        ],
      ],
      ['q2', [{ id: 'd1', score: -1e-7 }]],
    ]);
    await writeTrecRun(path, run, 'tag');
    const read = await readTrecRun(path);
    expect(read).toEqual(run);
  });

  it('orders results by their score, whatever their rank says', async () => {
    const path = join(tempDir(), 'b.trec');
    writeFileSync(path, 'q Q0 low 1 0.1 t\nq Q0 high 2 0.9 t\n');
    expect((await readTrecRun(path)).get('q')?.map(({ id }) => id)).toEqual(['high', 'low']);
  });

  it.each(['q Q0', 'q Q0 d 1 high t'])('names the line that is none: %s', async (line) => {
    const path = join(tempDir(), 'c.trec');
    writeFileSync(path, `q Q0 d 1 1 t\n${line}\n`);
    await expect(readTrecRun(path)).rejects.toMatchObject({
      code: 'AQF_EVAL_DATASET_INVALID',
      message: expect.stringContaining('line 2'),
    });
  });
});
