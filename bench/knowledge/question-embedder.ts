import type { Embedder, EmbeddingModel } from '../../src/embeddings/index.js';
import { ModelRegistry } from '../../src/embeddings/models/index.js';
import { type Knowledge, vectorAt } from './data.js';

/** all-MiniLM-L6-v2 as the registry has it, with the vectors of the questions as given: what is measured is search. */
export function questionEmbedder({ questions, questionVectors }: Knowledge): Embedder {
  const { model } = new ModelRegistry().resolve({ provider: 'transformers', name: 'all-MiniLM-L6-v2' });
  const places = new Map(questions.map(({ text }, place) => [text.trim(), place]));
  return {
    model: model satisfies EmbeddingModel,
    async embedQuery(text) {
      const place = places.get(text.trim());
      if (place === undefined) throw new Error(`No vector was given for ${JSON.stringify(text)}.`);
      return vectorAt(questionVectors, place).slice();
    },
    async embedPassages() {
      throw new Error('The vectors of the passages are given.');
    },
    async close() {},
  };
}
