import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WalProgress } from './progress.js';

describe('the progress of a primary', () => {
  test('says until when a replica has everything', () => {
    const progress = new WalProgress(1000);
    progress.saw(10, 100n);
    progress.saw(20, 200n);
    progress.saw(30, 300n);
    expect(progress.reachedAt(99n)).toBeUndefined();
    expect(progress.reachedAt(100n)).toBe(10);
    expect(progress.reachedAt(299n)).toBe(20);
    expect(progress.reachedAt(900n)).toBe(30);
  });

  test('counts a replica of an idle primary as current for as long as the primary is idle', () => {
    const progress = new WalProgress(1000);
    for (let at = 0; at <= 60_000; at += 100) progress.saw(at, 100n);
    expect(progress.reachedAt(100n)).toBe(60_000);
  });

  test('knows nothing of a time longer ago than it keeps, and nothing of another history', () => {
    const progress = new WalProgress(100);
    progress.saw(0, 1n);
    progress.saw(200, 2n);
    expect(progress.reachedAt(1n)).toBeUndefined();
    progress.reset();
    expect(progress.reachedAt(2n)).toBeUndefined();
    expect(progress.latest).toBeUndefined();
  });

  test('never says later than the truth', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(50), written: fc.nat(3) }), { minLength: 1 });
    fc.assert(
      fc.property(steps, fc.nat(300), (looks, asked) => {
        const progress = new WalProgress(200);
        let [at, lsn, truth] = [0, 0n, -1];
        for (const look of looks) {
          at += look.wait;
          lsn += BigInt(look.written);
          progress.saw(at, lsn);
          if (lsn <= BigInt(asked)) truth = at;
        }
        expect(progress.reachedAt(BigInt(asked)) ?? -1).toBeLessThanOrEqual(truth);
      }),
    );
  });
});
