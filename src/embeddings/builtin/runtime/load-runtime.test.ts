import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { buildUseLiteGraph } from '../use-lite-graph.js';
import { loadWeights } from '../weights.js';
import { loadRuntime, RUNTIME_LOADERS } from './load-runtime.js';
import type { TokenBatch } from './runtime.js';

const OPTIONS = { threads: 1 };
const NAMES = ['onnxruntime-node', 'onnxruntime-web'] as const;

const notInstalled = (name: string) => async () => {
  throw new Error(`Cannot find package '${name}'`);
};

/** Rows of unlike length, so that padding is seen by both runtimes. */
const BATCH: TokenBatch = {
  tokenIds: Int32Array.from({ length: 3 * 40 }, (_, i) => 6 + ((i * 7919) % 7900)),
  lengths: Int32Array.of(40, 1, 17),
  width: 40,
};

describe('loadRuntime', () => {
  it('gives the same vectors on both runtimes', async () => {
    const model = buildUseLiteGraph(await loadWeights());
    const [native, wasm] = await Promise.all(
      NAMES.map(async (name) => {
        const runtime = await loadRuntime([name], model, OPTIONS);
        expect(runtime.name).toBe(name);
        const vectors = await runtime.run(BATCH);
        await runtime.release();
        return vectors;
      }),
    );
    expect(native).toHaveLength(3 * 512);
    const differences = native?.map((value, i) => Math.abs(value - (wasm?.[i] ?? 0)));
    expect(Math.max(...(differences ?? [1]))).toBeLessThan(1e-4);
  });

  it('falls back to WebAssembly where the native build cannot be loaded, and warns of it', async () => {
    const warned = once(process, 'warning');
    const loaders = { ...RUNTIME_LOADERS, 'onnxruntime-node': notInstalled('onnxruntime-node') };
    const runtime = await loadRuntime(NAMES, buildUseLiteGraph(await loadWeights()), OPTIONS, loaders);
    expect(runtime.name).toBe('onnxruntime-web');
    const [warning] = await warned;
    expect(warning).toMatchObject({
      code: 'AQF_PEER_MISSING',
      message: expect.stringContaining("Cannot find package 'onnxruntime-node'"),
    });
    await runtime.release();
  });

  it('names the package to install where neither can be loaded', async () => {
    const loaders = {
      'onnxruntime-node': notInstalled('onnxruntime-node'),
      'onnxruntime-web': notInstalled('onnxruntime-web'),
    };
    await expect(loadRuntime(NAMES, new Uint8Array(), OPTIONS, loaders)).rejects.toMatchObject({
      code: 'AQF_PEER_MISSING',
      message: expect.stringContaining("Cannot find package 'onnxruntime-web'"),
      hint: expect.stringContaining('npm install onnxruntime-node'),
    });
  });

  it('reports a failed run as an embedding failure', async () => {
    const runtime = await loadRuntime(['onnxruntime-node'], buildUseLiteGraph(await loadWeights()), OPTIONS);
    const outOfVocabulary = { tokenIds: Int32Array.of(9_999_999), lengths: Int32Array.of(1), width: 1 };
    await expect(runtime.run(outOfVocabulary)).rejects.toMatchObject({ code: 'AQF_EMBEDDING_FAILED' });
    await runtime.release();
  });
});
