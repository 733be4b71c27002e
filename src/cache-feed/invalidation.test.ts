import { describe, expect, test } from 'vitest';
import { Told } from '../cache/index.js';
import type { LedgerDelta } from '../events/index.js';
import { invalidationOf } from './invalidation.js';

const delta = (part: Partial<LedgerDelta>): LedgerDelta => ({
  position: 'p',
  lost: false,
  changes: [],
  invalidations: [],
  ...part,
});
const rows = (...ids: [string, number | null][]) => [{ tenantId: 'a/b', entity: 'things', rows: ids }];

describe('what caches drop', () => {
  test('is what was made of the rows and of their entity, in their tenant', () => {
    const told = new Told();
    expect(invalidationOf(delta({ changes: rows(['1', 2]) }), told)).toEqual({
      keys: [],
      marks: ['t:@a%2Fb|entity:things', 't:@a%2Fb|entity:things:1'],
    });
  });

  test('leaves out changes that were told, but not later ones of the same row', () => {
    const told = new Told();
    told.note({ tenantId: 'a/b', entity: 'things', rowId: '1', revision: 2 });
    expect(invalidationOf(delta({ changes: rows(['1', 2]) }), told).marks).toEqual([]);
    expect(invalidationOf(delta({ changes: rows(['1', 3]) }), told).marks).toContain(
      't:@a%2Fb|entity:things:1',
    );
    expect(invalidationOf(delta({ changes: rows(['1', 2], ['2', 1]) }), told).marks).toEqual([
      't:@a%2Fb|entity:things',
      't:@a%2Fb|entity:things:2',
    ]);
    // Made anew, its revisions begin anew.
    expect(invalidationOf(delta({ changes: rows(['1', null]) }), told).marks).not.toEqual([]);
    expect(invalidationOf(delta({ changes: rows(['1', 1]) }), told).marks).not.toEqual([]);
  });

  test('is everything of a tenant when its rows are too many, and everything when the ledger cannot tell', () => {
    const many = Array.from({ length: 6000 }, (_, id): [string, number] => [String(id), 1]);
    expect(invalidationOf(delta({ changes: rows(...many) }), new Told()).marks).toEqual(['s:@a%2Fb']);
    const unnamed = [{ tenantId: 'x', entity: 'things', rows: null }];
    expect(invalidationOf(delta({ changes: unnamed }), new Told()).marks).toEqual(['s:@x']);
    expect(invalidationOf(delta({ lost: true }), new Told()).marks).toEqual(['s:']);
  });

  test('includes what nobody else told', () => {
    const kept = { origin: 'p', keys: ['t|k'], marks: ['s:t'] };
    expect(invalidationOf(delta({ invalidations: [kept] }), new Told())).toEqual({
      keys: ['t|k'],
      marks: ['s:t'],
    });
  });
});
