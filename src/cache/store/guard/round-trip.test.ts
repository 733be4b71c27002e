import { describe, expect, test } from 'vitest';
import { RoundTrip } from './round-trip.js';

describe('the deadline', () => {
  test('is the cap as long as nothing is known', () => {
    expect(new RoundTrip().deadline(10, 50)).toBe(50);
  });

  test('is the smoothed time plus four deviations', () => {
    const trip = new RoundTrip();
    trip.answered(16);
    expect(trip.deadline(10, 1000)).toBe(16 + 4 * 8);
    trip.answered(24);
    const deviation = 8 + (8 - 8) / 4;
    expect(trip.deadline(10, 1000)).toBe(17 + 4 * deviation);
  });

  test('stays between its floor and its cap', () => {
    const trip = new RoundTrip();
    for (let n = 0; n < 100; n++) trip.answered(0.2);
    expect([trip.deadline(10, 50), trip.deadline(30, 50), trip.deadline(10, 5)]).toEqual([10, 30, 5]);
    for (let n = 0; n < 100; n++) trip.answered(90);
    expect(trip.deadline(10, 50)).toBe(50);
  });

  test('doubles with each answer that does not come, until one does', () => {
    const trip = new RoundTrip();
    for (let n = 0; n < 100; n++) trip.answered(0.2);
    trip.missed();
    expect(trip.deadline(10, 500)).toBe(20);
    trip.missed();
    trip.learn(0.2);
    expect(trip.deadline(10, 500)).toBe(40);
    trip.answered(0.2);
    expect(trip.deadline(10, 500)).toBe(10);
  });

  test('follows a store that became slower, by its late answers', () => {
    const trip = new RoundTrip();
    for (let n = 0; n < 100; n++) trip.answered(0.2);
    for (let n = 0; n < 3; n++) trip.learn(40);
    expect(trip.deadline(10, 500)).toBeGreaterThan(40);
  });
});
