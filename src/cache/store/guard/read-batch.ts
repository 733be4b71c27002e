import type { StoreRead } from '../store.js';

type Send = (
  keys: readonly string[],
  marks: readonly string[],
  resolve: (read: StoreRead) => void,
  reject: (error: unknown) => void,
) => void;

interface Waiting {
  readonly keys: readonly string[];
  readonly marks: readonly string[];
  readonly resolve: (read: StoreRead) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one read of all that are asked for in one turn of the event loop. Those who wait for the same reply go on in the
 * same turn, so callers in loops stay together: 64 of them cost one round trip.
 */
export class ReadBatch {
  readonly #send: Send;
  readonly #maxNames: number;
  #waiting: Waiting[] = [];
  #coalesced = 0;

  constructor(send: Send, maxNames: number) {
    this.#send = send;
    this.#maxNames = maxNames;
  }

  /** Reads that went along with another. */
  get coalesced(): number {
    return this.#coalesced;
  }

  read(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    if (keys.length + marks.length > this.#maxNames) return this.#readParts(keys, marks);
    return new Promise((resolve, reject) => {
      // Next ticks run when the microtasks are done: all who wake up together have asked by then.
      if (this.#waiting.length === 0) process.nextTick(this.#flush);
      this.#waiting.push({ keys, marks, resolve, reject });
    });
  }

  async #readParts(keys: readonly string[], marks: readonly string[]): Promise<StoreRead> {
    const size = this.#maxNames;
    const parts: Promise<StoreRead>[] = [];
    for (let at = 0; at < marks.length; at += size) parts.push(this.read([], marks.slice(at, at + size)));
    for (let at = 0; at < keys.length; at += size) parts.push(this.read(keys.slice(at, at + size), []));
    const reads = await Promise.all(parts);
    return { values: reads.flatMap(({ values }) => values), marks: reads.flatMap((read) => read.marks) };
  }

  readonly #flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 1) this.#sendOne(waiting[0] as Waiting);
    else this.#sendGroups(waiting);
  };

  #sendOne({ keys, marks, resolve, reject }: Waiting): void {
    this.#send(keys, marks, resolve, reject);
  }

  #sendGroups(waiting: readonly Waiting[]): void {
    let from = 0;
    while (from < waiting.length) {
      const group = new Group();
      let to = from;
      while (to < waiting.length && group.takes(waiting[to] as Waiting, this.#maxNames)) to++;
      this.#coalesced += to - from - 1;
      this.#send(group.keys, group.marks, group.resolve, group.reject);
      from = to;
    }
  }
}

/** Reads that go together, each name once. */
class Group {
  readonly #keys = new Map<string, number>();
  readonly #marks = new Map<string, number>();
  readonly #members: Waiting[] = [];

  /** Whether it goes along: the first always does. */
  takes(read: Waiting, maxNames: number): boolean {
    const names = this.#keys.size + this.#marks.size + read.keys.length + read.marks.length;
    if (this.#members.length > 0 && names > maxNames) return false;
    this.#members.push(read);
    number(this.#keys, read.keys);
    number(this.#marks, read.marks);
    return true;
  }

  get keys(): string[] {
    return [...this.#keys.keys()];
  }

  get marks(): string[] {
    return [...this.#marks.keys()];
  }

  readonly resolve = (read: StoreRead): void => {
    for (const { keys, marks, resolve } of this.#members) {
      resolve({
        values: keys.map((key) => read.values[this.#keys.get(key) as number]),
        marks: marks.map((mark) => read.marks[this.#marks.get(mark) as number]),
      });
    }
  };

  readonly reject = (error: unknown): void => {
    for (const { reject } of this.#members) reject(error);
  };
}

function number(numbers: Map<string, number>, names: readonly string[]): void {
  for (const name of names) if (!numbers.has(name)) numbers.set(name, numbers.size);
}
