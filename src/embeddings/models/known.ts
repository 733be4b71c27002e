import type { EmbeddingModel, Prefixes } from '../embedder.js';

/** What holds of a model whoever serves it. */
export interface ModelFacts extends Omit<EmbeddingModel, 'id'> {
  /** Asked for fewer dimensions, it makes them. */
  readonly shortens?: boolean;
}

export interface KnownModel {
  /** Without the owner on a hub and without a tag. */
  readonly names: readonly string[];
  readonly facts: ModelFacts;
  /** Under which ids it is listed; others that serve the name are found too. */
  readonly providers: readonly string[];
}

/**
 * How all-MiniLM-L6-v2 is weighed is measured: a cosine of 0.5 counts as much as the best match of words. nDCG@10 on
 * SciFact and XQuAD-en, and the known item among 100,000 passages, are better so than with any smaller part of it
 * (docs/evaluation.md). Of the others it is taken to be so until someone measures it; models whose cosines begin
 * higher have their range moved up.
 */
const LIKE_MINILM = { fusionWeight: 1, similarityRange: [0, 0.5] } as const;

const SERVED = ['ollama', 'transformers'];
const BGE: Prefixes = { query: 'Represent this sentence for searching relevant passages: ', passage: '' };
const E5: Prefixes = { query: 'query: ', passage: 'passage: ' };
const NOMIC: Prefixes = { query: 'search_query: ', passage: 'search_document: ' };

/** Sizes, windows and prefixes as the models' cards have them; prices as of November 2025. */
export const KNOWN_MODELS: readonly KnownModel[] = [
  openai('text-embedding-3-small', 1536, 0.02, { shortens: true }),
  openai('text-embedding-3-large', 3072, 0.13, { shortens: true }),
  openai('text-embedding-ada-002', 1536, 0.1),
  open(['all-MiniLM-L6-v2', 'all-minilm'], { dimensions: 384, maxTokens: 256, language: 'en' }),
  open(['all-MiniLM-L12-v2'], { dimensions: 384, maxTokens: 128, language: 'en' }),
  // Reads 8,192, of which Ollama gives it 2,048.
  open(['nomic-embed-text', 'nomic-embed-text-v1.5'], {
    dimensions: 768,
    maxTokens: 2048,
    language: 'en',
    prefixes: NOMIC,
  }),
  open(['bge-small-en-v1.5'], { ...bge(384), language: 'en', prefixes: BGE }),
  open(['bge-base-en-v1.5'], { ...bge(768), language: 'en', prefixes: BGE }),
  open(['bge-large-en-v1.5'], { ...bge(1024), language: 'en', prefixes: BGE }),
  open(['mxbai-embed-large', 'mxbai-embed-large-v1'], { ...bge(1024), language: 'en', prefixes: BGE }),
  open(['bge-m3'], { ...bge(1024), maxTokens: 8192, language: '*' }),
  open(['multilingual-e5-small'], { ...e5(384) }),
  open(['multilingual-e5-base'], { ...e5(768) }),
  open(['multilingual-e5-large'], { ...e5(1024) }),
];

function openai(name: string, dimensions: number, price: number, more: Partial<ModelFacts> = {}): KnownModel {
  const facts = {
    dimensions,
    maxTokens: 8191,
    language: '*',
    ...LIKE_MINILM,
    normalised: true,
    pricePerMillionTokens: price,
    ...more,
  };
  return { names: [name], providers: ['openai'], facts };
}

function open(names: readonly string[], facts: Omit<ModelFacts, 'fusionWeight'>): KnownModel {
  return { names, providers: SERVED, facts: { ...LIKE_MINILM, ...facts } };
}

function bge(dimensions: number) {
  return { dimensions, maxTokens: 512, pooling: 'cls', similarityRange: [0.4, 0.9] } as const;
}

function e5(dimensions: number) {
  return { dimensions, maxTokens: 512, language: '*', prefixes: E5, similarityRange: [0.7, 0.95] } as const;
}
