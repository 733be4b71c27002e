import { describe, expect, it } from 'vitest';
import type { EmbeddingModel } from '../embedder.js';
import { ModelRegistry } from './registry.js';

const OWN: EmbeddingModel = {
  id: 'ollama:own',
  dimensions: 8,
  maxTokens: 64,
  language: 'de',
  fusionWeight: 0.4,
};
const registry = new ModelRegistry();

describe('the registry of models', () => {
  it('lists models that can be, each under one id', () => {
    const models = registry.list();
    const again = new ModelRegistry(models);
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    expect(again.list()).toHaveLength(models.length);
    expect(registry.get('builtin:use-lite-en')).toMatchObject({ dimensions: 512, fusionWeight: 0.2 });
  });

  it.each([
    ['transformers', 'Xenova/bge-small-en-v1.5', { dimensions: 384, pooling: 'cls' }],
    ['ollama', 'nomic-embed-text:latest', { dimensions: 768, prefixes: { query: 'search_query: ' } }],
    ['openai', 'intfloat/multilingual-e5-small', { dimensions: 384, language: '*' }],
    ['transformers', 'all-MiniLM-L6-v2@fp32', { dimensions: 384, maxTokens: 256, fusionWeight: 1 }],
    ['openai', 'text-embedding-3-large', { dimensions: 3072, normalised: true, pricePerMillionTokens: 0.13 }],
  ])('finds %s:%s by its name, whoever serves it', (provider, name, expected) => {
    const { model } = registry.resolve({ provider, name });
    expect(model).toMatchObject({ id: `${provider}:${name}`, ...expected });
  });

  it('asks for shorter vectors where a model makes them, under another id', () => {
    expect(
      registry.resolve({ provider: 'openai', name: 'text-embedding-3-small', dimensions: 512 }),
    ).toMatchObject({
      model: { id: 'openai:text-embedding-3-small@512', dimensions: 512 },
      shortenTo: 512,
    });
    const native = registry.resolve({ provider: 'openai', name: 'text-embedding-3-small', dimensions: 1536 });
    expect(native).not.toHaveProperty('shortenTo');
    expect(native.model.id).toBe('openai:text-embedding-3-small');
  });

  it.each([
    ['ollama', 'nomic-embed-text', 384],
    ['openai', 'text-embedding-3-small', 4096],
  ])('refuses %s:%s with %i dimensions, which it does not make', (provider, name, dimensions) => {
    expect(() => registry.resolve({ provider, name, dimensions })).toThrow(
      expect.objectContaining({ code: 'AQF_VECTOR_DIMENSIONS' }),
    );
  });

  it('knows nothing of others but what it is told', () => {
    const wish = { provider: 'openai', name: 'new' };
    expect(() => registry.resolve(wish)).toThrow(expect.objectContaining({ code: 'AQF_MODEL_UNKNOWN' }));
    expect(registry.resolve({ ...wish, dimensions: 4, maxTokens: 100 }).model).toMatchObject({
      id: 'openai:new',
      dimensions: 4,
      maxTokens: 100,
    });
  });

  it('puts your own in place of what is known, and shortens windows only', () => {
    const own = new ModelRegistry([OWN, { ...OWN, id: 'ollama:nomic-embed-text', dimensions: 9 }]);
    expect(own.resolve({ provider: 'ollama', name: 'nomic-embed-text' }).model.dimensions).toBe(9);
    expect(own.list().filter(({ id }) => id === 'ollama:nomic-embed-text')).toHaveLength(1);
    const wish = { provider: 'ollama', name: 'own' };
    expect(own.resolve({ ...wish, maxTokens: 32 }).model.maxTokens).toBe(32);
    expect(own.resolve({ ...wish, maxTokens: 9999 }).model.maxTokens).toBe(64);
  });

  it.each([
    ['id', 'no provider'],
    ['dimensions', 0],
    ['maxTokens', 1.5],
    ['language', 'German'],
    ['scripts', ['Latin']],
    ['scripts', ['Xxxx']],
    ['fusionWeight', 2],
    ['pricePerMillionTokens', -1],
  ])('refuses a model whose %s is %j', (property, value) => {
    expect(() => registry.register({ ...OWN, [property]: value })).toThrow(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID', message: expect.stringContaining(property) }),
    );
  });
});
