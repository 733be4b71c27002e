import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ExpiringMap } from './expiring-map.js';

describe('an expiring map', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const newMap = (max: number) => new ExpiringMap<number>({ max, ttlMs: 1000, now: () => performance.now() });

  test('gives what is not too old', () => {
    const map = newMap(10);
    map.set('a', 1);
    vi.advanceTimersByTime(999);
    expect(map.get('a')).toBe(1);
    vi.advanceTimersByTime(1);
    expect(map.get('a')).toBeUndefined();
  });

  test('lets go of what is over though nobody asks', () => {
    const map = newMap(10);
    map.set('a', 1);
    vi.advanceTimersByTime(900);
    map.set('b', 2);
    vi.advanceTimersByTime(100);
    expect(map.size).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(map.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps at most so many, and drops the one that was not used for longest', () => {
    const map = newMap(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  test('forgets all at once, and its timer', () => {
    const map = newMap(2);
    map.set('a', 1);
    map.clear();
    expect(map.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
