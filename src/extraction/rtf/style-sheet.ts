/** Heading levels of an RTF style sheet, by the number of the style. */
export class StyleSheet {
  readonly #levels = new Map<number, number>();
  #current = 0;

  /** A control word inside the style sheet. */
  property(word: string, parameter: number | undefined): void {
    if (word === 's') this.#current = parameter ?? 0;
    else if (word === 'outlinelevel' && parameter !== undefined && parameter < 9) {
      this.#levels.set(this.#current, parameter + 1);
    }
  }

  /** The name that ends a style's definition, such as `heading 1;`. */
  name(text: string): void {
    const level = /^\s*heading ([1-9])\b/i.exec(text)?.[1];
    if (level !== undefined) this.#levels.set(this.#current, Number(level));
    else if (/^\s*title\s*;/i.test(text)) this.#levels.set(this.#current, 1);
    this.#current = 0;
  }

  levelOf(style: number): number | undefined {
    return this.#levels.get(style);
  }
}
