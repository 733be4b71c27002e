import { createHash } from 'node:crypto';
import type { EmbedCall, Embedder, EmbeddingModel } from '../../src/embeddings/embedder.js';
import { AquiferError } from '../../src/errors/index.js';

export type Behaviour =
  | 'answer'
  | 'rate-limit'
  | 'fail'
  | 'refuse'
  | 'hang'
  /** Vectors for the first half only. */
  | 'half';

/** What the model does in a call, told by the number of the call, from 1, and its texts. */
export type Script = (call: number, texts: readonly string[]) => Behaviour;

const DIMENSIONS = 16;

/** A model that makes a vector of a text's hash, counts every text, and fails as it is told. */
export class MadeEmbedder implements Embedder {
  readonly model: EmbeddingModel;
  /** How often each text was embedded. */
  readonly embedded = new Map<string, number>();
  calls = 0;
  script: Script;

  constructor(id = 'made:one', script: Script = () => 'answer') {
    this.model = { id, dimensions: DIMENSIONS, maxTokens: 512, language: '*', fusionWeight: 0.5 };
    this.script = script;
  }

  async embedPassages(texts: readonly string[], call: EmbedCall = {}): Promise<Float32Array[][]> {
    this.calls += 1;
    const behaviour = this.script(this.calls, texts);
    if (behaviour === 'hang') return hang(call.signal);
    if (behaviour === 'rate-limit') {
      throw new AquiferError('AQF_EMBEDDING_RATE_LIMITED', 'slow down', { facts: { retryAfterMs: 60 } });
    }
    if (behaviour === 'fail') throw new AquiferError('AQF_EMBEDDING_FAILED', 'status 500');
    if (behaviour === 'refuse') throw new AquiferError('AQF_EMBEDDING_REFUSED', 'this text is too strange');
    const answered = behaviour === 'half' ? texts.slice(0, Math.ceil(texts.length / 2)) : texts;
    for (const text of answered) this.embedded.set(text, (this.embedded.get(text) ?? 0) + 1);
    return answered.map((text) => [vectorOf(text)]);
  }

  async embedQuery(text: string): Promise<Float32Array> {
    return vectorOf(text);
  }

  async close(): Promise<void> {}

  /** Texts that were embedded more than once. */
  get repeated(): number {
    return [...this.embedded.values()].filter((times) => times > 1).length;
  }
}

export function vectorOf(text: string): Float32Array {
  const bytes = createHash('sha256').update(text).digest();
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, at) => (bytes[at] ?? 0) - 127.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
