import { AquiferError, messageOf } from '../../../errors/index.js';
import type { InferenceRuntime, RuntimeName, RuntimeOptions } from './runtime.js';
import { type OnnxRuntimeModule, OnnxRuntimeSession } from './session.js';

/** Imports a build of onnxruntime, made ready for a number of threads. */
export type RuntimeLoader = (options: RuntimeOptions) => Promise<OnnxRuntimeModule>;

export const RUNTIME_LOADERS: Readonly<Record<RuntimeName, RuntimeLoader>> = {
  'onnxruntime-node': async () => import('onnxruntime-node'),
  'onnxruntime-web': async ({ threads }) => {
    const web = await import('onnxruntime-web');
    web.env.wasm.numThreads = threads;
    web.env.wasm.proxy = false;
    return web;
  },
};

/**
 * A session of the first runtime named that can be loaded.
 *
 * @throws AQF_PEER_MISSING when none can
 */
export async function loadRuntime(
  names: readonly RuntimeName[],
  model: Uint8Array,
  options: RuntimeOptions,
  loaders: Readonly<Record<RuntimeName, RuntimeLoader>> = RUNTIME_LOADERS,
): Promise<InferenceRuntime> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      const session = await OnnxRuntimeSession.create(name, await loaders[name](options), model, options);
      if (failures.length > 0) warnOfFallback(name, failures);
      return session;
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new AquiferError(
    'AQF_PEER_MISSING',
    `The built-in embedding model needs onnxruntime-node or onnxruntime-web, and none could be loaded (${failures.join('; ')}).`,
    { hint: 'Run `npm install onnxruntime-node`.', facts: { package: 'onnxruntime-node' } },
  );
}

/** WebAssembly takes about five times as long; nobody should have to find that out by waiting. */
function warnOfFallback(name: RuntimeName, failures: readonly string[]): void {
  process.emitWarning(
    `The built-in embedding model runs on ${name}, since a faster runtime could not be loaded (${failures.join('; ')}).`,
    { code: 'AQF_PEER_MISSING' },
  );
}
