import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { migrate, type RelationalProvider, type Transaction } from '../../src/relational/index.js';
import { expectConsistentIndex } from '../support/lexical-invariants.js';

export interface StoredDocumentState {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly content: string;
  readonly chunks: readonly StoredChunkState[];
}

interface StoredChunkState {
  readonly ordinal: number;
  readonly content: string;
  readonly context: string;
  readonly start: number;
  readonly end: number;
  /** Of its vectors, in the order of their windows. */
  readonly windows: readonly number[];
}

const DOCUMENTS = `
  select d.id, d.source, d.title, d.content, coalesce((
    select jsonb_agg(jsonb_build_object(
      'ordinal', c.ordinal, 'content', c.content, 'context', c.context,
      'start', c.start_offset, 'end', c.end_offset,
      'windows', (select coalesce(jsonb_agg(window_no order by window_no), '[]') from aquifer.vectors v
                  where v.tenant_id = c.tenant_id and v.item_id = c.id)
    ) order by c.ordinal)
    from aquifer.chunks c where c.tenant_id = d.tenant_id and c.document_id = d.id), '[]') as chunks
  from aquifer.documents d where d.tenant_id = aquifer.current_tenant() order by d.source`;

const UNSIGNED = `
  select count(*)::integer as wrong
  from aquifer.vectors v
  full join aquifer.vector_signatures s using (tenant_id, space_id, item_id, window_no)
  where v.embedding is null or s.signature is null or s.signature <> binary_quantize(v.embedding)`;

const UNINDEXED = `
  select count(*)::integer as wrong
  from aquifer.chunks c full join aquifer.lexical_entries l on l.tenant_id = c.tenant_id and l.item_id = c.id
  where c.id is null or l.item_id is null`;

const ORPHANED = `
  select count(*)::integer as wrong from aquifer.chunks c
  where not exists (select from aquifer.documents d where d.tenant_id = c.tenant_id and d.id = c.document_id)`;

/**
 * Opens the database as the next process would and holds everything in it to what must be true of it at any
 * moment. A database that was not finished yet is none: it is left to the next process.
 */
export async function inspectStored(dataDir: string): Promise<readonly StoredDocumentState[]> {
  if (!existsSync(join(dataDir, 'postgres'))) return [];
  const provider = await openEmbedded({ dataDir });
  try {
    await migrate(provider);
    return await readWhole(provider);
  } finally {
    await provider.close();
  }
}

function readWhole(provider: RelationalProvider): Promise<readonly StoredDocumentState[]> {
  return provider.transaction({ kind: 'tenant', tenantId: 'default' }, async (tx) => {
    for (const sql of [UNSIGNED, UNINDEXED, ORPHANED]) expect(await countOf(tx, sql), sql).toBe(0);
    await expectConsistentIndex(tx);
    const { rows } = await tx.query<StoredDocumentState & Record<string, unknown>>(DOCUMENTS);
    for (const document of rows) expectWhole(document);
    expect(new Set(rows.map(({ source }) => source)).size).toBe(rows.length);
    return rows;
  });
}

async function countOf(tx: Transaction, sql: string): Promise<number | undefined> {
  return (await tx.query<{ wrong: number }>(sql)).rows[0]?.wrong;
}

function expectWhole({ source, content, chunks }: StoredDocumentState): void {
  expect(chunks.length, source).toBeGreaterThan(0);
  expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index));
  let covered = 0;
  for (const chunk of chunks) {
    expect(content.slice(chunk.start, chunk.end)).toBe(chunk.content);
    expect(content.slice(covered, chunk.start).trim(), `${source}: between two chunks`).toBe('');
    expect(chunk.windows.length, `${source}: vectors`).toBeGreaterThan(0);
    expect(chunk.windows).toEqual(chunk.windows.map((_, index) => index));
    covered = chunk.end;
  }
  expect(content.slice(covered).trim(), `${source}: after the last chunk`).toBe('');
}

/** What must be equal however the documents came to be stored: all but the ids. */
export function comparable(documents: readonly StoredDocumentState[]): unknown[] {
  return documents.map(({ id: _, ...rest }) => rest);
}
