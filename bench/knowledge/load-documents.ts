import type { CutDocument } from '../../src/documents/index.js';
import type { DataLayer } from '../../src/layer/index.js';
import { runOn } from '../relational/server.js';
import { type Knowledge, vectorAt } from './data.js';

export const TENANT = 'known';

/** What a document is called in the collection. */
export function sourceOf({
  tenant,
  document,
}: {
  readonly tenant: string;
  readonly document: string;
}): string {
  return `${tenant}/${document}`;
}

/** Loads the passages as the chunks of their documents, with the vectors that they have, and has the index built. */
export async function loadDocuments(url: string, knowledge: Knowledge, layer: DataLayer): Promise<void> {
  await layer.scope({ tenantId: TENANT }).documents.load(cutDocuments(knowledge));
  await layer.maintain();
  await runOn(url, 'vacuum analyze');
}

function cutDocuments({ passages, vectors }: Knowledge): Iterable<CutDocument> {
  const documents = new Map<string, CutDocument & { chunks: CutDocument['chunks'][number][] }>();
  for (const [index, passage] of passages.entries()) {
    const source = sourceOf(passage);
    const { title, heading, text, status, year } = passage;
    const document = documents.get(source) ?? { source, title, metadata: { status, year }, chunks: [] };
    documents.set(source, document);
    const context = [title, heading].filter(Boolean).join('\n');
    document.chunks.push({ text, context, embedding: vectorAt(vectors, index) });
  }
  return documents.values();
}
