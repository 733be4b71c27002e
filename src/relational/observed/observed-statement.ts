import type { TransactionContext } from '../context.js';

/** A statement that was slow. */
export interface ObservedStatement {
  readonly context: TransactionContext;
  /** As it was sent. */
  readonly text: string;
  /** Milliseconds until the answer was here, the wait for a connection included. */
  readonly ms: number;
  /** Written or read; null when it failed. */
  readonly rows: number | null;
}

/** Is told of statements that were slow. */
export interface StatementObserver {
  /** Milliseconds from which on a statement is slow. */
  readonly slowMs: number;
  observe(statement: ObservedStatement): void;
}

interface Counted {
  readonly rows: readonly unknown[];
  readonly affected: number;
}

/** Tells the observer of a statement when it was slow; the promise itself is handed on, so that nobody waits for it. */
export function watched<R extends Counted>(
  observer: StatementObserver,
  context: TransactionContext,
  text: string,
  answer: Promise<R>,
): Promise<R> {
  const began = performance.now();
  const tell = (result?: Counted) => {
    const ms = performance.now() - began;
    if (ms < observer.slowMs) return;
    observer.observe({
      context,
      text,
      ms,
      rows: result ? Math.max(result.rows.length, result.affected) : null,
    });
  };
  answer.then(tell, () => tell());
  return answer;
}
