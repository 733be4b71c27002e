const ROOT = 0;
const CODE_UNITS = 0x10000;

/** A prefix tree over UTF-16 code units that maps words to numbers. */
export class Trie {
  /** `node * 65536 + code unit` → child: one map instead of one object a node. */
  readonly #children = new Map<number, number>();
  readonly #values: (number | undefined)[] = [undefined];

  /** A word inserted again takes the later value. */
  insert(word: string, value: number): void {
    let node = ROOT;
    for (let i = 0; i < word.length; i++) node = this.#childOrNew(node, word.charCodeAt(i));
    this.#values[node] = value;
  }

  /** Calls `visit` for every word that `text` holds at `start`, shortest first. */
  match(text: string, start: number, visit: (end: number, value: number) => void): void {
    let node: number | undefined = ROOT;
    for (let i = start; i < text.length; i++) {
      node = this.#children.get(node * CODE_UNITS + text.charCodeAt(i));
      if (node === undefined) return;
      const value = this.#values[node];
      if (value !== undefined) visit(i + 1, value);
    }
  }

  #childOrNew(node: number, code: number): number {
    const key = node * CODE_UNITS + code;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const child = this.#values.push(undefined) - 1;
    this.#children.set(key, child);
    return child;
  }
}
