import { describe, expect, test } from 'vitest';
import { judgeFate, type Testimony } from './fate.js';

/** Written before 0/300 on a server whose last recovery had ended at 0/100. */
const marker = { transactionId: '700', writtenTo: '0/300', recoveredTo: '0/100', startedAt: '1.5' };
const SAME = { startedAt: '1.5', isSameAddress: true };
const RESTARTED = { startedAt: '9.5', isSameAddress: true };
const OTHER = { startedAt: '9.5', isSameAddress: false };
const say = (testimony: Partial<Testimony>) =>
  judgeFate(marker, { status: 'committed', recoveredTo: 0x100n, ...SAME, ...testimony });

describe('the fate of a transaction', () => {
  test('is what its own server says when nothing was recovered since', () => {
    expect(say({})).toBe('committed');
    expect(say({ status: 'aborted' })).toBe('aborted');
    expect(say({ status: 'in progress' })).toBe('in progress');
    expect(say({ status: null })).toBe('unknown');
  });

  test('is what its own server says, also when it is reached by another address', () => {
    expect(say({ isSameAddress: false })).toBe('committed');
  });

  test('is what its own server says after a shutdown in good order', () => {
    expect(say({ recoveredTo: undefined, ...RESTARTED })).toBe('committed');
  });

  test('is what a server says that has recovered all that the transaction had written', () => {
    for (const server of [SAME, RESTARTED, OTHER]) {
      expect(say({ recoveredTo: 0x300n, ...server })).toBe('committed');
      expect(say({ recoveredTo: 0x400n, ...server, status: 'aborted' })).toBe('aborted');
    }
  });

  test('is to be lost where less was recovered, whatever became of another with the same id', () => {
    for (const server of [SAME, RESTARTED, OTHER]) {
      for (const status of ['committed', 'aborted', 'in progress', 'future'] as const) {
        expect(say({ recoveredTo: 0x2ffn, ...server, status })).toBe('aborted');
      }
    }
    // A sibling that was promoted where the former primary had been promoted before.
    expect(say({ recoveredTo: 0x100n, ...OTHER })).toBe('aborted');
  });

  test('is not believed of another server of whose recovery nothing is known, unless it says no', () => {
    const other = { recoveredTo: undefined, ...OTHER };
    expect(say(other)).toBe('unknown');
    expect(say({ ...other, status: 'in progress' })).toBe('unknown');
    expect(say({ ...other, status: 'aborted' })).toBe('aborted');
    expect(say({ ...other, status: 'future' })).toBe('aborted');
  });
});
