import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectionNames } from './collection-name.js';
import { DEFAULT_COLLECTION_NAME } from './options.js';

const ALLOWED = /^[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]$/;
const inSpace = (name: string, model = 'm') => ({ name, model, dimensions: 2, metric: 'l2' }) as const;

describe('names of collections', () => {
  test('can be read where they hold nothing odd', () => {
    const named = collectionNames(DEFAULT_COLLECTION_NAME);
    expect(named('acme', inSpace('notes', 'builtin:use-lite'))).toBe('aquifer_acme_notes_builtin.3ause-lite');
    expect(collectionNames('creator_{tenant}_knowledge')('42', inSpace('any'))).toBe('creator_42_knowledge');
  });

  test('are never shared, and always allowed', () => {
    const part = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', 'A', '_', '-', '.', '5f', 'é', ':'),
        minLength: 1,
        maxLength: 8,
      }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
    );
    const named = collectionNames(DEFAULT_COLLECTION_NAME);
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(part, part, part, (tenant, space, model) => {
        const name = named(tenant, inSpace(space, model));
        const of = JSON.stringify([tenant, space, model]);
        expect(name).toMatch(ALLOWED);
        expect(name).not.toContain('..');
        expect(seen.get(name) ?? of).toBe(of);
        seen.set(name, of);
      }),
      { numRuns: 2000 },
    );
  });

  test('stay apart where they have to be cut', () => {
    const named = collectionNames(DEFAULT_COLLECTION_NAME);
    const [left, right] = ['1', '2'].map((last) => named('é'.repeat(200) + last, inSpace('notes')));
    expect(left).toMatch(ALLOWED);
    expect(left).not.toBe(right);
  });

  test.each([
    'aquifer',
    'aquifer_{space}',
    '{tenant}{space}',
    'a_{tenant}-{space}',
    'a_{tenant}_{tenant}',
    'a.b_{tenant}',
    '-{tenant}',
    '{tenant}_',
    'a_{user}',
    `a_{tenant}_${'x'.repeat(200)}`,
  ])('refuse the pattern %s', (pattern) => {
    expect(() => collectionNames(pattern)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
  });
});
