import { type SqlToken, scanSql } from '../sql/sql-scanner.js';

/** The statements of a text, without the semicolons between them and without comments. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  const nesting = new Nesting();
  let text = '';
  for (const token of scanSql(sql)) {
    nesting.enter(token);
    if (token.text === ';' && nesting.isOutermost) {
      statements.push(text.trim());
      text = '';
    } else {
      text += token.kind === 'comment' ? ' ' : token.text;
    }
  }
  statements.push(text.trim());
  return statements.filter((statement) => statement !== '');
}

/** Semicolons end no statement within parentheses (CREATE RULE) and within BEGIN ATOMIC … END. */
class Nesting {
  #parentheses = 0;
  /** BEGIN ATOMIC and every CASE within: each has its END. */
  #blocks = 0;
  #previousWord = '';

  get isOutermost(): boolean {
    return this.#parentheses <= 0 && this.#blocks === 0;
  }

  enter({ kind, text }: SqlToken): void {
    if (text === '(') this.#parentheses++;
    if (text === ')') this.#parentheses--;
    if (kind === 'word') this.#enterWord(text.toLowerCase());
    else if (kind !== 'space' && kind !== 'comment') this.#previousWord = '';
  }

  #enterWord(word: string): void {
    if (word === 'atomic' && this.#previousWord === 'begin') this.#blocks++;
    else if (this.#blocks > 0 && word === 'case') this.#blocks++;
    else if (this.#blocks > 0 && word === 'end') this.#blocks--;
    this.#previousWord = word;
  }
}
