import type { Embedder } from '../embeddings/index.js';
import type { ContextualChunk } from './chunk-plan.js';

/** Chunks whose vectors are asked for in one call: some hundred windows, a second or two of work. */
const CHUNKS_A_CALL = 32;

/** The window vectors of each distinct text among the chunks, by chunk hash. */
export type VectorsByHash = ReadonlyMap<string, readonly Float32Array[]>;

export async function embedChunks(
  embedder: Embedder,
  chunks: readonly ContextualChunk[],
): Promise<VectorsByHash> {
  const distinct = [...new Map(chunks.map((chunk) => [chunk.hash, chunk])).values()];
  const vectors = new Map<string, readonly Float32Array[]>();
  for (let at = 0; at < distinct.length; at += CHUNKS_A_CALL) {
    const slice = distinct.slice(at, at + CHUNKS_A_CALL);
    const embedded = await embedder.embedPassages(slice.map(passageOf));
    for (const [index, chunk] of slice.entries()) vectors.set(chunk.hash, embedded[index] ?? []);
  }
  return vectors;
}

/** Title and headings stand before the text, as they do for a reader. */
export function passageOf(chunk: Pick<ContextualChunk, 'context' | 'text'>): string {
  return [...chunk.context.split('\n').filter(Boolean), chunk.text].join('. ');
}
