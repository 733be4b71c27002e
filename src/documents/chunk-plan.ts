import type { Chunk } from '../chunking/index.js';
import { hashOf } from './hash.js';

/** A chunk with what it is searched by beside its own text. */
export interface ContextualChunk extends Chunk {
  /** Title and heading path, one a line. */
  readonly context: string;
  readonly hash: string;
}

export interface StoredHash {
  readonly id: number;
  readonly hash: string;
}

/** How the stored chunks of a document become the new ones. */
export interface ChunkPlan {
  /** Same text and context as a stored chunk: the row and its vectors stay. */
  readonly kept: readonly (ContextualChunk & { readonly id: number })[];
  readonly added: readonly ContextualChunk[];
  readonly removed: readonly number[];
}

/** @param title the title that the document or the caller states; a file name is no context */
export function withContext(chunks: readonly Chunk[], title: string | undefined): ContextualChunk[] {
  return chunks.map((chunk) => {
    const context = contextOf(title, chunk.headingPath);
    return { ...chunk, context, hash: hashOf(context, chunk.text) };
  });
}

/** Pairs equal texts in order of appearance; a text that occurs twice pairs twice. */
export function planChunks(stored: readonly StoredHash[], wanted: readonly ContextualChunk[]): ChunkPlan {
  const free = new Map<string, number[]>();
  for (const { id, hash } of stored) free.set(hash, [...(free.get(hash) ?? []), id]);
  const kept: (ContextualChunk & { id: number })[] = [];
  const added: ContextualChunk[] = [];
  for (const chunk of wanted) {
    const id = free.get(chunk.hash)?.shift();
    if (id !== undefined) kept.push({ ...chunk, id });
    else added.push(chunk);
  }
  return { kept, added, removed: [...free.values()].flat() };
}

function contextOf(title: string | undefined, headingPath: readonly string[]): string {
  const headings = headingPath[0] === title ? headingPath.slice(1) : headingPath;
  return [title ?? [], headings].flat().join('\n');
}
