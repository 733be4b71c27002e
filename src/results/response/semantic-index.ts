interface Entry {
  readonly context: string;
  readonly vector: Float32Array;
}

/**
 * Questions by their meaning, each within its context: those of other models, parameters or conversations are not even
 * looked at. Bounded, in the memory of this process; the least recently used question goes first.
 */
export class SemanticIndex {
  readonly #max: number;
  readonly #entries = new Map<string, Entry>();
  readonly #contexts = new Map<string, Set<string>>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param vector of length one */
  add(key: string, entry: Entry): void {
    this.remove(key);
    this.#entries.set(key, entry);
    const keys = this.#contexts.get(entry.context);
    if (keys) keys.add(key);
    else this.#contexts.set(entry.context, new Set([key]));
    if (this.#entries.size > this.#max) this.remove(this.#entries.keys().next().value as string);
  }

  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    const keys = this.#contexts.get(entry.context);
    keys?.delete(key);
    if (keys?.size === 0) this.#contexts.delete(entry.context);
  }

  /** The key of the question nearest in meaning, when its cosine is at least `threshold`. */
  nearest({ context, vector }: Entry, threshold: number): string | undefined {
    let best: string | undefined;
    let most = threshold;
    for (const key of this.#contexts.get(context) ?? []) {
      const entry = this.#entries.get(key);
      const cosine = entry ? dot(entry.vector, vector) : Number.NEGATIVE_INFINITY;
      if (cosine < most) continue;
      most = cosine;
      best = key;
    }
    if (best !== undefined) this.#touch(best);
    return best;
  }

  #touch(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }
}

/** The cosine of unit vectors. */
function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
