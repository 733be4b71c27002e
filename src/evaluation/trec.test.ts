import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.js';
import { writeTrecRun } from './trec.js';

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
