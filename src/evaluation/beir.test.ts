import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.js';
import { type BeirDataset, type BeirDocument, readBeirDataset } from './beir.js';

let folder: string;

const corpus =
  '{"_id":"d1","title":"One","text":"First."}\n\n{"_id":2,"text":"Second.","metadata":{"year":1}}\n';
const queries = '{"_id":"q1","text":"first?"}\n{"_id":"q2","text":"never judged"}\n';
const qrels = 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\n';

beforeEach(async () => {
  folder = tempDir();
  await mkdir(join(folder, 'qrels'));
  await write({ corpus, queries, qrels });
});

async function write(files: { corpus?: string; queries?: string; qrels?: string }): Promise<void> {
  const { corpus, queries, qrels } = files;
  if (corpus !== undefined) await writeFile(join(folder, 'corpus.jsonl'), corpus);
  if (queries !== undefined) await writeFile(join(folder, 'queries.jsonl'), queries);
  if (qrels !== undefined) await writeFile(join(folder, 'qrels', 'test.tsv'), qrels);
}

async function documentsOf(dataset: BeirDataset): Promise<BeirDocument[]> {
  const documents: BeirDocument[] = [];
  for await (const document of dataset.corpus()) documents.push(document);
  return documents;
}

async function readAll(): Promise<BeirDocument[]> {
  return documentsOf(await readBeirDataset(folder));
}

function invalid(message: RegExp) {
  return { code: 'AQF_EVAL_DATASET_INVALID', message: expect.stringMatching(message) };
}

describe('readBeirDataset', () => {
  it('reads documents, the judged queries and their grades', async () => {
    const dataset = await readBeirDataset(folder);
    expect(folder.endsWith(dataset.name)).toBe(true);
    expect(dataset.queries).toEqual([{ id: 'q1', text: 'first?' }]);
    expect(dataset.judgements).toEqual(
      new Map([
        [
          'q1',
          new Map([
            ['d1', 2],
            ['2', 0],
          ]),
        ],
      ]),
    );
    expect(await readAll()).toEqual([
      { id: 'd1', title: 'One', text: 'First.' },
      { id: '2', title: '', text: 'Second.' },
    ]);
  });

  it('reads the corpus again from its beginning, also after a reader that stopped early', async () => {
    const dataset = await readBeirDataset(folder);
    for await (const { id } of dataset.corpus()) {
      expect(id).toBe('d1');
      break;
    }
    expect(await documentsOf(dataset)).toHaveLength(2);
  });

  it('leaves out queries for which nothing is relevant', async () => {
    await write({ qrels: `${qrels}q2\td1\t0\n` });
    expect((await readBeirDataset(folder)).queries.map(({ id }) => id)).toEqual(['q1']);
  });

  it('reads judgements without a header, and files with a byte order mark and CRLF', async () => {
    await write({ qrels: 'q1\td1\t1\r\n', queries: `\ufeff${queries.replaceAll('\n', '\r\n')}` });
    expect((await readBeirDataset(folder)).judgements.get('q1')?.get('d1')).toBe(1);
  });

  it.each([
    [
      'a corpus line that is not JSON',
      { corpus: `${corpus}{"_id":` },
      /corpus\.jsonl, line 4: this is not JSON/,
    ],
    ['a document without text', { corpus: '{"_id":"d1"}' }, /corpus\.jsonl, line 1: .*text/],
    ['a document without an id', { corpus: '{"text":"x"}' }, /corpus\.jsonl, line 1: .*_id/],
    ['an id that occurs twice', { corpus: corpus + corpus }, /line 4: the _id "d1" has occurred before/],
  ])('refuses %s', async (_name, files, message) => {
    await write(files);
    await expect(readAll()).rejects.toMatchObject(invalid(message));
  });

  it.each([
    ['a query without text', { queries: '{"_id":"q1"}' }, /queries\.jsonl, line 1: .*text/],
    [
      'a judgement with too few columns',
      { qrels: 'q1\td1\t1\nq1 d1 1\n' },
      /test\.tsv, line 2: expected query-id/,
    ],
    [
      'a grade that is no number',
      { qrels: `${qrels}q1\td1\thigh\n` },
      /line 4: the score "high" is not a number/,
    ],
    [
      'a judgement for an unknown query',
      { qrels: `${qrels}q9\td1\t1\n` },
      /judges the query "q9", which is not in/,
    ],
    ['judgements that find nothing relevant', { qrels: 'q1\td1\t0\n' }, /names no relevant document/],
  ])('refuses %s', async (_name, files, message) => {
    await write(files);
    await expect(readBeirDataset(folder)).rejects.toMatchObject(invalid(message));
  });

  it.each(['corpus.jsonl', 'queries.jsonl', 'qrels/test.tsv'])('names a missing %s', async (file) => {
    await rm(join(folder, file));
    await expect(readBeirDataset(folder)).rejects.toMatchObject(
      invalid(new RegExp(`${file}: there is no such file`)),
    );
  });
});
