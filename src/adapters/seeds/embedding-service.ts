import { type ChunkingOptions, chunkDocument } from '../../chunking/index.js';
import type { Embedder } from '../../embeddings/index.js';
import { documentFromText } from '../../extraction/index.js';

export interface SeedEmbeddingServiceFields {
  readonly embedder: Embedder;
  /** Of texts that are cut. @default what the model reads at once, an eighth of it overlapping */
  readonly chunking?: ChunkingOptions;
  /** Embedders of kinds of objects that have their own. @default the embedder for all */
  readonly embedderOf?: (objectType: string) => Embedder | undefined;
  /** Whose account is charged, and whose turn it is at a provider that many share. */
  readonly tenantId?: string;
}

/** Passages of a text, and the vector of each. */
export interface SeedEmbeddings {
  readonly embeddings: number[][];
  readonly texts: string[];
}

export interface SeedEmbeddingService {
  /** Cuts a text into passages and embeds them; of a blank text there are none. */
  getEmbeddingsForText(text: string): Promise<SeedEmbeddings>;
  /** @throws AQF_ARGUMENT_INVALID for a blank question */
  getEmbeddingsForQuery(query: string): Promise<number[]>;
  /** One vector for each text, uncut, in their order. */
  getEmbeddings(objectType: string, texts: readonly string[]): Promise<number[][]>;
}

const LARGEST_CHUNK = 512;

/** An embedder with the calls that chat applications begin with. All throw what embedders throw. */
export function seedEmbeddingService(fields: SeedEmbeddingServiceFields): SeedEmbeddingService {
  const { embedder, chunking = chunkingFor(embedder), embedderOf, tenantId } = fields;
  const embed = async (by: Embedder, texts: readonly string[]): Promise<number[][]> =>
    texts.length === 0 ? [] : (await by.embedPassages(texts, { tenantId })).map(oneVector);
  return {
    getEmbeddingsForText: async (text) => {
      if (text.trim() === '') return { embeddings: [], texts: [] };
      const texts = chunkDocument(documentFromText(text), chunking).map((chunk) => chunk.text);
      return { embeddings: await embed(embedder, texts), texts };
    },
    getEmbeddingsForQuery: async (query) => Array.from(await embedder.embedQuery(query, { tenantId })),
    getEmbeddings: (objectType, texts) => embed(embedderOf?.(objectType) ?? embedder, texts),
  };
}

function chunkingFor({ model }: Embedder): ChunkingOptions {
  const maxTokens = Math.max(8, Math.min(model.maxTokens, LARGEST_CHUNK));
  return { maxTokens, overlapTokens: Math.floor(maxTokens / 8) };
}

/** A text longer than the model's window has several vectors; their mean stands for it, of length one. */
function oneVector(windows: readonly Float32Array[]): number[] {
  const [first = new Float32Array(0)] = windows;
  if (windows.length === 1) return Array.from(first);
  const sum = Array.from(first, (_, index) =>
    windows.reduce((total, window) => total + (window[index] ?? 0), 0),
  );
  const length = Math.hypot(...sum);
  return length === 0 ? Array.from(first) : sum.map((value) => value / length);
}
