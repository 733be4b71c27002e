import { randomUUID } from 'node:crypto';
import { scanSql } from '../sql/sql-scanner.js';
import type { ObservedStatement, StatementObserver } from './observed-statement.js';

const KEPT = 100;
const LONGEST = 4000;

/** A slow statement as it may be shown: its text without values. */
export interface SlowStatement {
  readonly id: string;
  readonly at: Date;
  readonly ms: number;
  readonly statement: string;
  readonly rows: number | null;
  /** Whose it was, and in which of his requests; undefined for the system's own. */
  readonly tenantId: string | undefined;
  readonly requestId: string | undefined;
}

type SlowListener = (statement: SlowStatement) => void;

/** The last hundred statements of this process that were slow. */
export class SlowStatements implements StatementObserver {
  readonly slowMs: number;
  readonly #kept: { readonly shown: SlowStatement; readonly sent: ObservedStatement }[] = [];
  readonly #listeners = new Set<SlowListener>();

  constructor(slowMs: number) {
    this.slowMs = slowMs;
  }

  observe(sent: ObservedStatement): void {
    const { context, text, ms, rows } = sent;
    const isTenant = context.kind === 'tenant';
    const shown = {
      id: randomUUID(),
      at: new Date(),
      ms: Math.round(ms * 10) / 10,
      statement: withoutValues(text),
      rows,
      tenantId: isTenant ? context.tenantId : undefined,
      requestId: isTenant ? context.request?.requestId : undefined,
    };
    this.#kept.unshift({ shown, sent });
    this.#kept.length = Math.min(this.#kept.length, KEPT);
    for (const listener of this.#listeners) listener(shown);
  }

  /** The newest first. */
  list(): SlowStatement[] {
    return this.#kept.map(({ shown }) => shown);
  }

  /** As it was sent: not to be shown. */
  sent(id: string): ObservedStatement | undefined {
    return this.#kept.find(({ shown }) => shown.id === id)?.sent;
  }

  /** Calls a listener for each from now on. @returns what stops that */
  onSlow(listener: SlowListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A text of SQL with `?` for strings and numbers, without comments, on one line. */
export function withoutValues(sql: string): string {
  let text = '';
  for (const token of scanSql(sql.slice(0, 4 * LONGEST))) {
    if (token.kind === 'comment' || token.kind === 'space') text += ' ';
    else text += isValue(token.kind, token.text) ? '?' : token.text;
  }
  return text.replace(/ {2,}/g, ' ').trim().slice(0, LONGEST);
}

function isValue(kind: string, text: string): boolean {
  return kind === 'literal' ? !text.startsWith('"') : kind === 'symbol' && /^\d/.test(text);
}
