import type { Where } from 'chromadb';
import { compileFilter } from '../../filters/index.js';
import type { VectorSelection } from '../store.js';
import type { ChromaCollections } from './collections.js';
import { narrow, narrowToDocuments } from './narrow.js';
import { isExact } from './narrowing.js';
import type { CollectionFacts } from './space-facts.js';
import type { SpaceReader } from './space-reader.js';

const IDS_A_REQUEST = 1000;
const DOCUMENTS_A_REQUEST = 100;

/** Removes what is selected, and counts what was there. */
export async function removeRecords(
  collections: ChromaCollections,
  facts: CollectionFacts,
  reader: SpaceReader,
  which: VectorSelection,
): Promise<number> {
  if (which === 'all') return removeAll(collections, facts, reader);
  return removeIds(collections, facts, await idsOf(reader, which));
}

/** The collection goes as a whole: its records one by one take Chroma many times as long. */
async function removeAll(
  collections: ChromaCollections,
  facts: CollectionFacts,
  reader: SpaceReader,
): Promise<number> {
  const count = await reader.count();
  await collections.drop(facts);
  return count;
}

async function removeIds(
  collections: ChromaCollections,
  facts: CollectionFacts,
  ids: readonly string[],
): Promise<number> {
  let removed = 0;
  for (let at = 0; at < ids.length; at += IDS_A_REQUEST) {
    const part = ids.slice(at, at + IDS_A_REQUEST);
    await collections.read(
      facts,
      undefined,
      async (collection) => void (await collection.delete({ ids: part })),
    );
    removed += part.length;
  }
  return removed;
}

/** Those that exist. */
async function idsOf(reader: SpaceReader, which: Exclude<VectorSelection, 'all'>): Promise<string[]> {
  if ('ids' in which) return existing(reader, which.ids);
  if ('filter' in which) return matchingIds(reader, which.filter);
  const ids = new Set<string>();
  for (let at = 0; at < which.documentIds.length; at += DOCUMENTS_A_REQUEST) {
    const narrowing = narrowToDocuments(which.documentIds.slice(at, at + DOCUMENTS_A_REQUEST));
    if (narrowing.kind === 'where') for (const id of await reader.ids(narrowing.where)) ids.add(id);
  }
  return [...ids];
}

async function existing(reader: SpaceReader, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const contents of reader.contents(ids)) found.push(...contents.map(({ id }) => id));
  return found;
}

/** Ids of what a filter matches: as Chroma finds them where it knows the filter exactly, else looked through. */
export async function matchingIds(
  reader: SpaceReader,
  filter: Parameters<typeof narrow>[0],
): Promise<string[]> {
  const narrowing = narrow(filter);
  if (narrowing.kind === 'none') return [];
  const where: Where | undefined = narrowing.kind === 'where' ? narrowing.where : undefined;
  const candidates = await reader.ids(where);
  if (isExact(narrowing)) return candidates;
  const accepts = compileFilter(filter);
  const ids: string[] = [];
  for await (const contents of reader.contents(candidates)) {
    for (const { id, metadata } of contents) if (accepts(metadata)) ids.push(id);
  }
  return ids;
}
