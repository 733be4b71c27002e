import { Recent } from './recent.js';
import { SpaceSaving } from './space-saving.js';

/** Transitions of one key after which the older half of what is known of it is forgotten. */
const AGE_AT = 1024;

export interface Prediction {
  readonly key: string;
  /** The share of the transitions that led there, at least. */
  readonly probability: number;
  /** How many led there, at least. */
  readonly support: number;
}

interface Following {
  total: number;
  readonly next: SpaceSaving;
}

export interface TransitionLimits {
  readonly maxKeys: number;
  readonly successors: number;
}

/**
 * Which key follows which: a first-order Markov chain of the keys used last (as for pages in Bestavros, "Using
 * Speculation to Reduce Server Load and Service Time on the WWW", CIKM 1995), each with its most frequent successors.
 */
export class Transitions {
  readonly #successors: number;
  readonly #keys: Recent<Following>;

  constructor({ maxKeys, successors }: TransitionLimits) {
    this.#successors = successors;
    this.#keys = new Recent(maxKeys);
  }

  /** Keys whose successors are counted. */
  get keys(): number {
    return this.#keys.size;
  }

  learn(from: string, to: string): void {
    const following = this.#keys.get(from) ?? this.#begin(from);
    following.total++;
    following.next.add(to);
    if (following.total < AGE_AT) return;
    following.total = Math.floor(following.total / 2);
    following.next.age();
  }

  /** What probably follows, the likeliest first. */
  predict(key: string, least: { readonly probability: number; readonly support: number }): Prediction[] {
    const following = this.#keys.get(key);
    if (!following || following.total < least.support) return [];
    const { total, next } = following;
    const heavy = next.atLeast(Math.max(least.support, least.probability * total));
    return heavy.map(({ item, count }) => ({ key: item, probability: count / total, support: count }));
  }

  clear(): void {
    this.#keys.clear();
  }

  #begin(key: string): Following {
    const following = { total: 0, next: new SpaceSaving(this.#successors) };
    this.#keys.set(key, following);
    return following;
  }
}
