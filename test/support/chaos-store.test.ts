import { describe, expect, test } from 'vitest';
import { EnvelopeCodec } from '../../src/cache/store/envelope.js';
import { StoreGuard } from '../../src/cache/store/guard/index.js';
import type { LogEntry, LogListener } from '../../src/cache/store/store.js';
import { ChaosStore } from './chaos-store.js';
import { MemoryBackend } from './memory-store.js';

const entry = (key: string, text = key) => ({ key, value: Buffer.from(text), ttlMs: 60_000 });
const texts = (values: readonly (Uint8Array | undefined)[]) =>
  values.map((value) => value && String(Buffer.from(value)));

function chaotic(seed?: number) {
  const backend = new MemoryBackend();
  const plain = backend.open();
  return { backend, plain, chaos: new ChaosStore(backend.open(), seed) };
}

/** Everything that a follower hears, in order. */
class Heard implements LogListener {
  readonly all: string[] = [];

  told(entries: readonly LogEntry[]): void {
    this.all.push(...entries.flatMap(({ keys }) => keys));
  }

  verified(): void {
    this.all.push('verified');
  }

  lost(): void {
    this.all.push('lost');
  }

  get keys(): string[] {
    return this.all.filter((each) => each !== 'verified' && each !== 'lost');
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const NAMES = Array.from({ length: 200 }, (_, n) => `k${n}`);

describe('a store with faults', () => {
  test('is the store itself when there are none', async () => {
    const { chaos } = chaotic();
    await chaos.write([entry('a')], 'me');
    expect(texts((await chaos.read(['a', 'b'], [])).values)).toEqual(['a', undefined]);
    expect(Object.values(chaos.injected)).toEqual(Array(8).fill(0));
  });

  test('fails before a call is done, or after it', async () => {
    const { chaos, plain } = chaotic();
    chaos.inject({ kind: 'error', methods: ['write'], times: 1 });
    await expect(chaos.write([entry('a')], 'me')).rejects.toThrow('chaos: write failed');
    expect(texts((await plain.read(['a'], [])).values)).toEqual([undefined]);
    chaos.inject({ kind: 'error', methods: ['write'], side: 'after', error: () => new TypeError('cut') });
    await expect(chaos.write([entry('a')], 'me')).rejects.toThrow(TypeError);
    expect(texts((await plain.read(['a'], [])).values)).toEqual(['a']);
    chaos.heal();
    await chaos.write([entry('b')], 'me');
    expect(chaos.injected.error).toBe(2);
  });

  test('hangs until it is healed, and what hung is then done', async () => {
    const { chaos, plain } = chaotic();
    const heal = chaos.inject({ kind: 'hang' });
    let done = false;
    const write = chaos.write([entry('a')], 'me').then(() => {
      done = true;
    });
    await new Promise(setImmediate);
    expect([done, texts((await plain.read(['a'], [])).values)]).toEqual([false, [undefined]]);
    heal();
    await write;
    expect(texts((await chaos.read(['a'], [])).values)).toEqual(['a']);
  });

  test('is slow', async () => {
    const { chaos } = chaotic();
    chaos.inject({ kind: 'slow', ms: [20, 30], methods: ['ping'] });
    const begun = performance.now();
    await chaos.ping();
    expect(performance.now() - begun).toBeGreaterThan(18);
  });

  test('meets the same faults for the same seed, for about the share of calls that was asked', async () => {
    const outcomes = async (seed: number) => {
      const { chaos } = chaotic(seed);
      chaos.inject({ kind: 'error', share: 0.3 });
      const settled = await Promise.allSettled(NAMES.map(() => chaos.ping()));
      return settled.map(({ status }) => status);
    };
    const first = await outcomes(7);
    expect(await outcomes(7)).toEqual(first);
    expect(await outcomes(8)).not.toEqual(first);
    const failed = first.filter((status) => status === 'rejected').length;
    expect(failed).toSatisfy((n: number) => n > 35 && n < 90);
  });

  test.each(['random', 'cut', 'bit'] as const)('reads garbage (%s), which no envelope is', async (how) => {
    const { chaos } = chaotic();
    const codec = new EnvelopeCodec({ version: 1 });
    const value = codec.encode({ value: 'x', createdAt: 1, freshMs: 1, staleMs: 1, fillMs: 1, marks: [] });
    await chaos.write([{ key: 'a', value, ttlMs: 60_000 }], 'me');
    chaos.inject({ kind: 'garbage', how });
    for (let n = 0; n < 50; n++) {
      const [bytes] = (await chaos.read(['a'], [])).values;
      expect(bytes && codec.decode(bytes)).toBeUndefined();
    }
    chaos.heal();
    const [bytes] = (await chaos.read(['a'], [])).values;
    expect(bytes && codec.decode(bytes)?.value).toBe('x');
  });

  test('hurts nobody behind a guard', async () => {
    const { chaos } = chaotic(3);
    const guard = new StoreGuard(chaos, { deadlineMs: 20, writeDeadlineMs: 20 });
    chaos.inject({ kind: 'slow', ms: [0, 30], share: 0.2 });
    chaos.inject({ kind: 'hang', share: 0.05 });
    chaos.inject({ kind: 'error', share: 0.1, side: 'after' });
    let worst = 0;
    const calls = NAMES.map(async (name, n) => {
      await new Promise((resolve) => setTimeout(resolve, n));
      const begun = performance.now();
      await (n % 3 ? guard.read([name], []) : guard.write([entry(name)], 'me')).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'AQF_CACHE_STORE_UNAVAILABLE' });
      });
      worst = Math.max(worst, performance.now() - begun);
    });
    await Promise.all(calls);
    expect(worst).toBeLessThan(1000);
    chaos.heal();
    await until(() => guard.state === 'closed' && guard.writeState === 'closed');
    await guard.write([entry('after')], 'me');
    expect(texts((await guard.read(['after'], [])).values)).toEqual(['after']);
    await guard.close();
  });
});

describe('a log with faults', () => {
  async function follow(seed?: number) {
    const { chaos, plain, backend } = chaotic(seed);
    const heard = new Heard();
    const follower = await chaos.follow(heard);
    const append = async (names: readonly string[]) => {
      for (const name of names) await plain.invalidate({ keys: [name], marks: [] }, 'other');
    };
    return { chaos, backend, heard, follower, append };
  }

  test('is the log itself when there are none', async () => {
    const { heard, append, backend } = await follow();
    await append(['a', 'b']);
    backend.verify();
    expect(heard.all).toEqual(['a', 'b', 'verified']);
  });

  test('drops entries, and says so in their place if it is honest', async () => {
    const { chaos, heard, append } = await follow();
    chaos.disturbLog({ drop: 0.5 });
    await append(NAMES);
    expect(heard.all.filter((each) => each === 'lost')).toHaveLength(chaos.injected.drop);
    expect(heard.keys).toHaveLength(NAMES.length - chaos.injected.drop);
    expect(heard.all.map((each, n) => (each === 'lost' ? NAMES[n] : each))).toEqual(NAMES);
    expect(chaos.injected.drop).toBeGreaterThan(50);
  });

  test('drops entries without a word if it is silent', async () => {
    const { chaos, heard, append, backend } = await follow();
    chaos.disturbLog({ drop: 1, mode: 'silent' });
    await append(['a']);
    backend.verify();
    expect(heard.all).toEqual(['verified']);
  });

  test('tells entries twice, and out of order, but none too few', async () => {
    const { chaos, heard, append, backend } = await follow();
    chaos.disturbLog({ duplicate: 0.3, reorder: 0.3 });
    await append(NAMES);
    backend.verify();
    expect(new Set(heard.keys)).toEqual(new Set(NAMES));
    expect([...new Set(heard.keys)]).not.toEqual(NAMES);
    expect(heard.keys).toHaveLength(NAMES.length + chaos.injected.duplicate);
    expect(heard.all.at(-1)).toBe('verified');
  });

  test('tells entries late and in order, and verifies only after them', async () => {
    const { chaos, heard, append, backend, follower } = await follow();
    chaos.disturbLog({ delayMs: [0, 5] });
    await append(NAMES);
    backend.verify();
    expect(heard.all).not.toContain('verified');
    await until(() => heard.all.includes('verified'));
    expect(heard.all).toEqual([...NAMES, 'verified']);
    await follower.close();
  });

  test('verifies before it has told if it is silent', async () => {
    const { chaos, heard, append, backend } = await follow();
    chaos.disturbLog({ delayMs: 5, mode: 'silent' });
    await append(['a']);
    backend.verify();
    await until(() => heard.keys.length > 0);
    expect(heard.all).toEqual(['verified', 'a']);
  });
});
