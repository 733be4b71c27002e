import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { AquiferError } from '../errors/index.js';
import { fromWireError, ThreadHost, threadEntry, toWireError } from './index.js';

type Api = {
  add(a: number, b: number): number;
  refuse(): void;
  throwOdd(): void;
  exit(code: number): void;
  crash(): void;
  never(): Promise<void>;
  size(bytes: Uint8Array): number;
  missing(): void;
};

const COMPILED = new URL('../../dist/', import.meta.url).href;
const WORKER = `
  import { AquiferError } from '${COMPILED}errors/index.js';
  import { serve } from '${COMPILED}threads/index.js';
  serve({
    add: (a, b) => a + b,
    refuse() { throw new AquiferError('AQF_EMBEDDING_FAILED', 'No.', { facts: { chunk: 7 }, hint: 'Ask again.' }); },
    throwOdd() { throw Object.assign(new TypeError('odd'), { code: '22P05', detail: { row: 'hidden' } }); },
    exit: (code) => process.exit(code),
    crash() { setImmediate(() => { throw new Error('out of the blue'); }); return new Promise(() => {}); },
    never: () => new Promise(() => {}),
    size: (bytes) => bytes.byteLength,
  });`;

let folder: string;
let entry: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aquifer-threads-'));
  entry = join(folder, 'worker.mjs');
  writeFileSync(entry, WORKER);
});
afterAll(() => rm(folder, { recursive: true }));

function start(): ThreadHost<Api> {
  const host = new ThreadHost<Api>(entry, { name: 'test' });
  onTestFinished(() => host.terminate());
  return host;
}

describe('a thread', () => {
  test('answers calls as promises, each its own', async () => {
    const host = start();
    const sums = await Promise.all(Array.from({ length: 50 }, (_, at) => host.call('add', [at, 1])));
    expect(sums).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  });

  test('passes an error of Aquifer on with code, facts and hint', async () => {
    await expect(start().call('refuse', [])).rejects.toSatisfy(
      (error) =>
        error instanceof AquiferError &&
        error.code === 'AQF_EMBEDDING_FAILED' &&
        error.facts.chunk === 7 &&
        error.hint === 'Ask again.',
    );
  });

  test('passes another error on with its message and plain fields only', async () => {
    const error: unknown = await start()
      .call('throwOdd', [])
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: 'odd', code: '22P05' });
    expect(error).not.toHaveProperty('detail');
  });

  test('names a handler that it does not have', async () => {
    await expect(start().call('missing', [])).rejects.toMatchObject({
      code: 'AQF_INTERNAL',
      message: expect.stringContaining('"missing"'),
    });
  });

  test('takes over what is transferred', async () => {
    const bytes = new Uint8Array(1000);
    expect(await start().call('size', [bytes], [bytes.buffer])).toBe(1000);
    expect(bytes.byteLength).toBe(0);
  });

  test.each([
    ['ends', 'exit', [3], 'The test thread has ended (exit code 3).'],
    ['crashes', 'crash', [], 'The test thread crashed: out of the blue'],
  ] as const)('that %s rejects what is pending and what comes after', async (_, method, args, message) => {
    const host = start();
    const pending = host.call('never', []);
    const ending = host.call(method, args as never);
    for (const call of [pending, ending]) {
      await expect(call).rejects.toMatchObject({ code: 'AQF_WORKER_CRASHED', message });
    }
    await expect(host.call('add', [1, 1])).rejects.toMatchObject({ code: 'AQF_WORKER_CRASHED' });
  });

  test('that is terminated rejects what is pending', async () => {
    const host = start();
    const pending = expect(host.call('never', [])).rejects.toMatchObject({ code: 'AQF_WORKER_CRASHED' });
    await host.terminate();
    await pending;
  });
});

describe('an error on the wire', () => {
  test('survives a structured clone, whatever was thrown', () => {
    for (const thrown of [new AquiferError('AQF_INTERNAL', 'x'), new TypeError('x'), 'x']) {
      expect(fromWireError(structuredClone(toWireError(thrown))).message).toBe('x');
    }
    expect(fromWireError(toWireError(null)).message).toBe('null');
  });
});

describe('the entry of a thread', () => {
  test('is the compiled file, from compiled code and from TypeScript', () => {
    const compiled = new URL('file:///app/dist/room/host.js');
    expect(threadEntry(compiled.href, './worker.js')).toBe(fileURLToPath('file:///app/dist/room/worker.js'));
    expect(threadEntry('file:///app/src/room/host.ts', './worker.js')).toBe(
      fileURLToPath('file:///app/dist/room/worker.js'),
    );
  });
});
