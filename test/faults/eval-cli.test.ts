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

interface Compared extends Report {
  readonly recall: object;
  readonly comparison: {
    readonly with: string;
    readonly modes: readonly [{ readonly mode: string; readonly metrics: readonly object[] }];
  };
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

  test('puts a run beside an earlier one, query by query, and recall beside exact search', async () => {
    const earlier = join(folder, 'earlier.trec');
    writeFileSync(earlier, 'q1 Q0 d2 1 2 t\nq1 Q0 d1 2 1 t\nq2 Q0 d3 1 1 t\n');
    const perQuery = join(folder, 'changes');
    const args = ['eval', tiny, '--data-dir', dataDir, '--mode', 'lexical', '--recall', '2'];
    const report = await cliJson<Compared>([...args, '--compare', earlier, '--per-query', perQuery]);
    expect(report.recall).toMatchObject({ k: 2, queries: 2, mean: 1, worst: 1, incomplete: 0 });
    expect(report.comparison.with).toBe(earlier);
    const [{ mode, metrics }] = report.comparison.modes;
    expect(mode).toBe('lexical');
    // The earlier run has the relevant document of q1 in the second place: 1 / log2(3), and 1 / 2.
    expect(metrics).toMatchObject([
      {
        metric: 'ndcg10',
        first: 1,
        second: expect.closeTo((1 + 1 / Math.log2(3)) / 2, 9),
        losses: 1,
        ties: 1,
      },
      { metric: 'recall100', difference: 0, ties: 2 },
      { metric: 'mrr10', first: 1, second: 0.75, wins: 0, losses: 1, randomisation: { p: 1, exact: true } },
    ]);
    expect(readFileSync(join(perQuery, 'lexical.tsv'), 'utf8').split('\n')[1]).toBe(
      'q1\t1.000000\t0.630930\t-0.369070\twho lights the lighthouse lamp',
    );
  });

  test('puts another setting or model beside it, for a reader', async () => {
    const args = ['eval', tiny, '--data-dir', dataDir, '--mode', 'hybrid', '--compare'];
    const setting = await cli([...args, 'mode=lexical']);
    expect(setting.stdout).toMatch(/second: mode=lexical\n\nhybrid\n\nmetric +first +second +change/);
    expect(setting.stdout).toMatch(/^nDCG@10 +1\.0000 +1\.0000 +0\.0000 +0 +0 +2 +1\.000 +1\.000$/m);
    const model = await cli([...args, 'builtin']);
    expect(model.stdout).toContain('second: builtin');
  });

  test.each([
    [['--per-query', 'x'], 'needs --compare'],
    [['--fusion-weight', '2'], 'a number from 0 to 1'],
    [['--compare', 'colour=red'], 'no setting "colour"'],
    [['--mode', 'lexical', '--compare', 'mode=magic'], 'lexical or semantic or hybrid'],
  ])('ends with 2 for %j', async (options, message) => {
    const { code, stdout, stderr } = await cli(['eval', tiny, '--data-dir', dataDir, ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
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
