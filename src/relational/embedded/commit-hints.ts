/** Who listens to which channel. */
export class CommitHints {
  readonly #listeners = new Set<{ readonly channel: string; heard(): void }>();

  listen(channel: string, heard: () => void): () => Promise<void> {
    const listener = { channel, heard };
    this.#listeners.add(listener);
    return async () => {
      this.#listeners.delete(listener);
    };
  }

  tell(channel: string): void {
    for (const listener of this.#listeners) if (listener.channel === channel) queueMicrotask(listener.heard);
  }
}
