/** A binary min-heap of numbers. */
export class MinHeap {
  readonly #items: number[] = [];

  push(value: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= value) break;
      items[at] = above;
      at = parent;
    }
    items[at] = value;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.#sinkFromTop(last);
    return top;
  }

  #sinkFromTop(value: number): void {
    const items = this.#items;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const left = items[child] ?? Number.POSITIVE_INFINITY;
      const right = items[child + 1] ?? Number.POSITIVE_INFINITY;
      const smaller = Math.min(left, right);
      if (value <= smaller) break;
      items[at] = smaller;
      at = left <= right ? child : child + 1;
    }
    items[at] = value;
  }
}
