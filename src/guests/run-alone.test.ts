import { expect, test } from 'vitest';
import { type QueryOptions, type RawResult, ReadOnlyError } from '../relational/index.js';
import type { GuestStatements } from './host.js';
import { runAlone } from './run-alone.js';

const NOTHING: RawResult = { rows: [], fields: [], affected: 0 };

/** Notes where statements went; reads are refused with `refusal`. */
function scopeThatNotes(refusal?: Error): GuestStatements & { readonly went: string[] } {
  const went: string[] = [];
  return {
    went,
    queryRaw: async (_statement, options?: QueryOptions) => {
      went.push(options?.access ?? 'write');
      if (refusal && options?.access === 'read') throw refusal;
      return NOTHING;
    },
  };
}

test('a SELECT may be read from a replica, everything else goes to the primary', async () => {
  const scope = scopeThatNotes();
  for (const text of ['select 1', 'select 1 for update', 'insert into t values (1)']) {
    await runAlone(scope, { text });
  }
  expect(scope.went).toEqual(['read', 'write', 'write']);
});

test('a SELECT that turns out to write is run on the primary', async () => {
  const scope = scopeThatNotes(new ReadOnlyError('AQF_READ_ONLY', 'no'));
  expect(await runAlone(scope, { text: 'select writes()' })).toBe(NOTHING);
  expect(scope.went).toEqual(['read', 'write']);
});

test('no other failure is tried twice', async () => {
  const scope = scopeThatNotes(new Error('lost'));
  await expect(runAlone(scope, { text: 'select 1' })).rejects.toThrow('lost');
  expect(scope.went).toEqual(['read']);
});
