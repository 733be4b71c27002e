import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CutDocument, loadDocuments } from '../../src/documents/load/index.js';
import type { Embedder } from '../../src/embeddings/index.js';
import type { RelationalProvider, TenantContext } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';

const DIMENSIONS = 8;
const COUNTS = `
  select (select count(*)::integer from aquifer.documents) as documents,
         (select count(*)::integer from aquifer.chunks) as chunks,
         (select count(*)::integer from aquifer.vectors) as vectors,
         (select count(*)::integer from aquifer.lexical_entries) as entries`;

await describeOnEachDatabase('documents that are cut already', (open) => {
  let database: OpenedDatabase;
  let provider: RelationalProvider;
  beforeAll(async () => {
    database = await open();
    provider = database.provider;
  });
  afterAll(() => database.dispose());

  const load = (tenant: string, documents: Iterable<CutDocument>, embedder = embedderOf()) =>
    loadDocuments({ relational: provider, embedder }, tenantOf(tenant), documents);
  const counts = async (tenant: string) => (await provider.query(tenantOf(tenant), { text: COUNTS })).rows[0];

  test('are stored with their chunks, words and vectors', async () => {
    expect(await load('acme', documents(50, 60))).toEqual({ stored: 50, unchanged: 0, chunks: 3_000 });
    expect(await counts('acme')).toEqual({ documents: 50, chunks: 3_000, vectors: 3_000, entries: 3_000 });
    const { rows } = await provider.query(tenantOf('acme'), {
      text: `select substring(d.content from c.start_offset + 1 for c.end_offset - c.start_offset) = c.content as same,
                    v.embedding::real[] as embedding, d.embedding_expired_at as expired
             from aquifer.chunks c join aquifer.documents d on d.id = c.document_id
             join aquifer.vectors v on v.item_id = c.id where d.source = 's7' and c.ordinal = 3`,
    });
    expect(rows).toEqual([{ same: true, embedding: [...vectorOf(7, 3)], expired: null }]);
  });

  test('are passed over when they are stored already, and replaced when they differ', async () => {
    await load('again', documents(3, 10));
    const changed = [...documents(3, 10)].map((given, at) =>
      at === 1 ? { ...given, chunks: given.chunks.slice(0, 4) } : given,
    );
    expect(await load('again', changed)).toEqual({ stored: 1, unchanged: 2, chunks: 4 });
    expect(await counts('again')).toEqual({ documents: 3, chunks: 24, vectors: 24, entries: 24 });
  });

  test('get the vectors that they lack from the embedder', async () => {
    const asked: string[] = [];
    const [given] = documents(1, 3);
    const chunks = given?.chunks.map(({ text, embedding }, at) => ({
      text,
      ...(at === 1 ? {} : { embedding }),
    }));
    await load('lacking', [{ ...given, chunks } as CutDocument], embedderOf(asked));
    expect(asked).toEqual(['Title 0. text 1 of document 0']);
    expect(await counts('lacking')).toMatchObject({ chunks: 3, vectors: 3 });
  });

  test('are refused whole when a vector has another length', async () => {
    const [given] = documents(1, 3);
    const wrong = {
      ...given,
      chunks: [...(given?.chunks ?? []), { text: 'x', embedding: new Float32Array(3) }],
    };
    await expect(load('wrong', [wrong as CutDocument])).rejects.toMatchObject({
      code: 'AQF_VECTOR_DIMENSIONS',
    });
    expect(await counts('wrong')).toMatchObject({ documents: 0 });
  });

  test('need a collection that exists', async () => {
    const deps = { relational: provider, embedder: embedderOf(), collection: 'nowhere' };
    await expect(loadDocuments(deps, tenantOf('acme'), [])).rejects.toMatchObject({
      code: 'AQF_COLLECTION_NOT_FOUND',
    });
  });
});

function tenantOf(tenantId: string): TenantContext {
  return { kind: 'tenant', tenantId };
}

function* documents(amount: number, chunks: number): Generator<CutDocument> {
  for (let index = 0; index < amount; index++) {
    yield {
      source: `s${index}`,
      title: `Title ${index}`,
      language: 'en',
      metadata: { index },
      chunks: Array.from({ length: chunks }, (_, ordinal) => ({
        text: `text ${ordinal} of document ${index}`,
        embedding: vectorOf(index, ordinal),
      })),
    };
  }
}

/** Exact in half precision. */
function vectorOf(index: number, ordinal: number): Float32Array {
  return Float32Array.from(
    { length: DIMENSIONS },
    (_, at) => (index + 1) / 64 + (at === ordinal % DIMENSIONS ? 1 : 0),
  );
}

function embedderOf(asked: string[] = []): Embedder {
  const model = { id: 'test:load', dimensions: DIMENSIONS };
  return {
    model,
    embedPassages: async (texts: readonly string[]) => {
      asked.push(...texts);
      return texts.map(() => [vectorOf(0, 0)]);
    },
  } as unknown as Embedder;
}
