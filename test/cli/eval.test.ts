import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cli, cliJson } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const XQUAD = fileURLToPath(new URL('../../../shared/data/beir/xquad-en', import.meta.url));
const hasXquad = existsSync(XQUAD);
if (!hasXquad) console.log('Evaluation on XQuAD skipped: ../shared/data/beir/xquad-en is not here.');

interface Measures {
  readonly ndcg10: number;
  readonly recall100: number;
  readonly mrr10: number;
  readonly qps: number;
}
interface Report {
  readonly dataset: string;
  readonly modes: Readonly<Record<string, Measures>>;
}

let folder: string;
let tiny: string;
let dataDir: string;

beforeAll(async () => {
  folder = makeTempDir();
  dataDir = await migratedDataDir(join(folder, 'data'));
  tiny = join(folder, 'tiny');
  mkdirSync(join(tiny, 'qrels'), { recursive: true });
  const corpus = [
    { _id: 'd1', title: 'Lighthouses', text: 'The keeper of the lighthouse lights the lamp at dusk.' },
    { _id: 'd2', title: 'Bread', text: 'The baker kneads the dough before dawn.' },
    { _id: 'd3', title: '', text: 'Granite is quarried in the hills.' },
  ];
  const queries = [
    { _id: 'q1', text: 'who lights the lighthouse lamp' },
    { _id: 'q2', text: 'granite quarried' },
    { _id: 'q3', text: 'not judged' },
  ];
  const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(tiny, 'corpus.jsonl'), jsonl(corpus));
  writeFileSync(join(tiny, 'queries.jsonl'), jsonl(queries));
  writeFileSync(join(tiny, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t1\n');
});
afterAll(() => removeTempDir(folder));

describe('aquifer eval', () => {
  test('prints the measures of each mode and writes a TREC run of each', async () => {
    const runs = join(folder, 'runs');
    const report = await cliJson<Report>(['eval', tiny, '--data-dir', dataDir, '--run', runs]);
    const perfect = { ndcg10: 1, recall100: 1, mrr10: 1, qps: expect.any(Number) };
    expect(report).toEqual({
      dataset: 'tiny',
      modes: { lexical: perfect, semantic: expect.objectContaining({ recall100: 1 }), hybrid: perfect },
    });
    for (const mode of ['lexical', 'semantic', 'hybrid'])
      expectTrecRun(join(runs, `${mode}.trec`), `aquifer-${mode}`);
  });

  test('prints a table for a reader, of the modes asked for, and loads nothing twice', async () => {
    const { code, stdout } = await cli(['eval', tiny, '--data-dir', dataDir, '--mode', 'lexical']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tiny\n\n/);
    expect(stdout).toMatch(/^lexical +1\.0+ +1\.0+ +1\.0+ +\d+/m);
    expect(stdout).not.toContain('semantic');
    expect(await cliJson(['status', '--data-dir', dataDir, '--tenant', 'eval:tiny'])).toMatchObject({
      documents: 3,
    });
  });

  test('ends with 1 and names the file that is missing', async () => {
    const { code, stderr } = await cli(['eval', folder, '--data-dir', dataDir]);
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot read ${join(folder, 'corpus.jsonl')}`);
    expect(stderr).toContain('AQF_EVAL_DATASET_INVALID');
  });

  test.skipIf(!hasXquad)('reaches nDCG@10 0.96 on XQuAD with words alone', async () => {
    const { modes } = await cliJson<Report>(['eval', XQUAD, '--data-dir', dataDir, '--mode', 'lexical']);
    console.log(`XQuAD-en, lexical: ${JSON.stringify(modes.lexical)}`);
    expect(modes.lexical?.ndcg10).toBeGreaterThanOrEqual(0.96);
  });
});

/** `query Q0 document rank score tag`, ranks from 1 and scores descending for each query. */
function expectTrecRun(path: string, tag: string): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const last = new Map<string, { rank: number; score: number }>();
  for (const line of lines) {
    const [query = '', q0, document, rank, score, runTag, ...more] = line.split(' ');
    const before = last.get(query) ?? { rank: 0, score: Infinity };
    expect({ q0, runTag, more }, line).toEqual({ q0: 'Q0', runTag: tag, more: [] });
    expect(document, line).toMatch(/^d[123]$/);
    expect(Number(rank), line).toBe(before.rank + 1);
    expect(Number(score), line).toBeLessThanOrEqual(before.score);
    last.set(query, { rank: Number(rank), score: Number(score) });
  }
  expect([...last.keys()].sort()).toEqual(['q1', 'q2']);
}
