/** Tells listeners that something was committed: what NOTIFY is on a server. */
export class CommitHints {
  readonly #listeners = new Set<() => void>();

  listen(heard: () => void): () => Promise<void> {
    this.#listeners.add(heard);
    return async () => {
      this.#listeners.delete(heard);
    };
  }

  tell(): void {
    for (const heard of this.#listeners) queueMicrotask(heard);
  }
}
