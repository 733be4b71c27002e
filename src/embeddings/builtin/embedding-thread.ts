import { ThreadHost, threadEntry } from '../../threads/index.js';
import type { EmbeddedTexts } from './pipeline.js';
import { RunGate } from './run-gate.js';
import type { EmbeddingSettings, EmbeddingWorkerApi, EmbeddingWorkerData } from './worker.js';

/** The thread that holds the model, ended only between two runs of it. */
export class EmbeddingThread {
  readonly #gate = new RunGate();
  readonly #host: ThreadHost<EmbeddingWorkerApi>;
  readonly #calls = new Set<Promise<EmbeddedTexts>>();
  readonly #onExit = () => this.#gate.closeAndBlock();

  constructor(settings: EmbeddingSettings) {
    const workerData: EmbeddingWorkerData = { ...settings, gate: this.#gate.memory };
    const entry = threadEntry(import.meta.url, './worker.js');
    this.#host = new ThreadHost(entry, { name: 'embedding', workerData });
    process.on('exit', this.#onExit);
  }

  async embed(texts: readonly string[]): Promise<EmbeddedTexts> {
    const call = this.#host.call('embed', [texts]);
    this.#calls.add(call);
    try {
      return await call;
    } finally {
      this.#calls.delete(call);
    }
  }

  /** Pending calls are refused at their next run; then the thread ends. */
  async close(): Promise<void> {
    this.#gate.close();
    await Promise.allSettled(this.#calls);
    await this.#host.terminate();
    process.off('exit', this.#onExit);
  }
}
