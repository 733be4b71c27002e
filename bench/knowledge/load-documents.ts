import { loadConfig } from '../../src/config/index.js';
import { type CutDocument, loadDocuments as load } from '../../src/documents/load/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import { openRelational } from '../../src/layer/index.js';
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

/** Loads the passages as the chunks of their documents, with the vectors that they have. */
export async function loadDocuments(url: string, knowledge: Knowledge, embedder: Embedder): Promise<void> {
  const relational = { provider: 'postgres' as const, url };
  const config = await loadConfig({ overrides: { relational }, env: {}, file: false });
  const provider = await openRelational(config.values);
  try {
    const context = { kind: 'tenant', tenantId: TENANT } as const;
    await load({ relational: provider, embedder }, context, cutDocuments(knowledge));
  } finally {
    await provider.close();
  }
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
