import { Embeddings } from '@langchain/core/embeddings';

const DIMENSIONS = 32;

/** Embeds texts by their words, so that texts with the same words are near to each other. Counts what it embeds. */
export class WordEmbeddings extends Embeddings {
  embedded = 0;

  constructor() {
    super({});
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    this.embedded += texts.length;
    return texts.map(embedWords);
  }

  override async embedQuery(text: string): Promise<number[]> {
    return embedWords(text);
  }
}

export const WORD_SPACE = {
  name: 'words',
  model: 'test:words',
  dimensions: DIMENSIONS,
  metric: 'cosine',
} as const;

export function embedWords(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0.01);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    let place = 7;
    for (const letter of word) place = (place * 31 + letter.charCodeAt(0)) % 1009;
    vector[place % DIMENSIONS] = (vector[place % DIMENSIONS] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
