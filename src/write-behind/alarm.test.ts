import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Alarm } from './alarm.js';

describe('an alarm', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Milliseconds that a wait of `ms` takes. */
  async function waited(alarm: Alarm, ms: number, signal = new AbortController().signal): Promise<number> {
    const since = performance.now();
    let took = Number.NaN;
    const waiting = alarm.wait(ms, signal).then(() => {
      took = performance.now() - since;
    });
    await vi.advanceTimersByTimeAsync(ms);
    await waiting;
    return took;
  }

  test('rings at the earliest time that was asked for', async () => {
    const alarm = new Alarm();
    expect(await waited(alarm, 1000)).toBe(1000);
    alarm.setWithin(500);
    alarm.setWithin(200);
    alarm.setWithin(800);
    expect(await waited(alarm, 1000)).toBe(200);
    expect(await waited(alarm, 1000)).toBe(1000);
  });

  test('does not forget a ring that nobody heard, and rings once for it', async () => {
    const alarm = new Alarm();
    alarm.setWithin(10);
    await vi.advanceTimersByTimeAsync(50);
    expect(await waited(alarm, 1000)).toBe(0);
    expect(await waited(alarm, 1000)).toBe(1000);
  });

  test('is cut short by its signal, and leaves no timer behind', async () => {
    const alarm = new Alarm();
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 100);
    expect(await waited(alarm, 1000, stopping.signal)).toBe(100);
    expect(await waited(alarm, 1000, stopping.signal)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
