import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type BeirDataset, evaluate, readBeirDataset } from '../../src/evaluation/index.js';
import { ReferenceBm25 } from './bm25.js';
import { englishTerms } from './english-terms.js';

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../../shared/data/beir/${name}`, import.meta.url));
}

const missing = ['scifact', 'xquad-en'].filter((name) => !existsSync(folderOf(name)));
if (missing.length > 0) {
  console.log(`The metrics are not checked on ${missing.join(', ')}: not in ../shared/data/beir.`);
}

async function referenceIndex(dataset: BeirDataset): Promise<ReferenceBm25> {
  const documents: [id: string, text: string][] = [];
  for await (const { id, title, text } of dataset.corpus()) documents.push([id, `${title} ${text}`]);
  const queries = dataset.queries.map(({ text }) => text);
  const index = new ReferenceBm25(await englishTerms([...documents.map(([, text]) => text), ...queries]));
  for (const [id, text] of documents) index.add(id, text);
  return index;
}

// nDCG@10 of ../shared/data/README.md (Anserini publishes 0.6789 for SciFact). The lists of stop words differ.
describe.each([
  ['scifact', 300, 0.6815],
  ['xquad-en', 1190, 0.9669],
])('the metrics on %s', (name, queries, published) => {
  it.skipIf(missing.includes(name))('give a plain BM25 the published nDCG@10 within 0.005', async () => {
    const dataset = await readBeirDataset(folderOf(name));
    expect(dataset.queries).toHaveLength(queries);
    const index = await referenceIndex(dataset);
    const { modes } = await evaluate(dataset, async (_mode, query, limit) => index.search(query, limit), {
      modes: ['bm25'],
    });
    expect(modes.bm25.ndcg10).toBeGreaterThan(published - 0.005);
    expect(modes.bm25.ndcg10).toBeLessThan(published + 0.005);
  });
});
