import { describe, expect, test } from 'vitest';
import { chosenWidths, NOTHING_MEASURED, pooled } from './tuning.js';

const sample = (found: Record<number, number>, wanted = 1000) =>
  Object.entries(found).map(([ef, hits]) => ({ ef: Number(ef), found: hits, wanted }));

describe('the width of a search', () => {
  test('is the narrowest that reached a recall, with a margin', () => {
    const measured = pooled(NOTHING_MEASURED, 100, sample({ 40: 960, 60: 981, 90: 986, 130: 998 }));
    expect(chosenWidths(measured)).toEqual({ 0.9: 40, 0.95: 60, 0.98: 90, 0.99: 130 });
  });

  test('is closer to the recall the more questions were measured', () => {
    const found = { 40: 960, 60: 983, 90: 986, 130: 998 };
    let measured = NOTHING_MEASURED;
    for (let round = 0; round < 9; round++) measured = pooled(measured, 100, sample(found));
    expect(measured).toMatchObject({ questions: 900, wanted: 9000 });
    expect(chosenWidths(measured)['0.98']).toBe(60);
  });

  test('is not chosen by a handful of questions, and with a wide margin by few', () => {
    expect(chosenWidths(pooled(NOTHING_MEASURED, 16, sample({ 40: 160 }, 160)))).toEqual({});
    const few = pooled(NOTHING_MEASURED, 24, sample({ 40: 237, 60: 240 }, 240));
    expect(chosenWidths(few)['0.98']).toBe(60);
  });

  test('begins anew where other widths are measured', () => {
    const before = pooled(NOTHING_MEASURED, 100, sample({ 40: 990 }));
    expect(pooled(before, 10, sample({ 40: 90, 50: 99 }, 100))).toEqual({
      questions: 10,
      wanted: 100,
      found: { 40: 90, 50: 99 },
    });
  });

  test('is the widest for a recall that none reached, once enough is known', () => {
    const found = { 40: 800, 1000: 940 };
    expect(chosenWidths(pooled(NOTHING_MEASURED, 60, sample(found)))).toEqual({ 0.9: 1000 });
    expect(chosenWidths(pooled(NOTHING_MEASURED, 100, sample(found)))['0.98']).toBe(1000);
    expect(chosenWidths(NOTHING_MEASURED)).toEqual({});
  });

  test('follows what is asked today', () => {
    let measured = pooled(NOTHING_MEASURED, 2000, sample({ 40: 10_000, 90: 20_000 }, 20_000));
    expect(chosenWidths(measured)['0.98']).toBe(90);
    for (let round = 0; round < 60; round++)
      measured = pooled(measured, 200, sample({ 40: 2000, 90: 2000 }, 2000));
    expect(measured.questions).toBeLessThanOrEqual(2200);
    expect(chosenWidths(measured)['0.98']).toBe(40);
  });
});
