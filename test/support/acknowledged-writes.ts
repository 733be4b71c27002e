import {
  CommitUnknownError,
  ConnectionLostError,
  type RelationalProvider,
  SessionPosition,
} from '../../src/relational/index.js';
import type { PrivateNode } from './private-node.js';

/** Rows are not unique by key, so that one which was written twice is seen. */
export const CREATE_WRITES = `
  create table writes (key text not null, part int not null);
  create role aquifer_app; grant all on writes to aquifer_app;`;

const INSERT = 'insert into writes (key, part) values ($1, $2)';
const PARTS = 3;

interface Write {
  readonly key: string;
  readonly parts: number;
  readonly outcome: 'acknowledged' | 'rolled back' | 'unknown';
  readonly began: number;
  readonly ended: number;
}

/** Writers that write until they are stopped, every other one in transactions of three statements. */
export class AcknowledgedWrites {
  readonly #provider: RelationalProvider;
  readonly #writes: Write[] = [];
  readonly #writers: Promise<void>[];
  #isOver = false;

  constructor(provider: RelationalProvider, writers: number) {
    this.#provider = provider;
    this.#writers = Array.from({ length: writers }, (_, index) => this.#run(index));
  }

  count(outcome: Write['outcome']): number {
    return this.#writes.filter((write) => write.outcome === outcome).length;
  }

  /** Resolves when `more` writes were acknowledged that began after the call. */
  async acknowledge(more: number): Promise<void> {
    const since = performance.now();
    const fresh = () =>
      this.#writes.filter(({ outcome, began }) => outcome === 'acknowledged' && began >= since);
    while (fresh().length < more) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Ends the writers. @throws what is not one of the errors that a lost connection may give */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#writers);
  }

  /** Milliseconds of the longest time in which nothing was acknowledged. */
  longestInterruption(): number {
    const times = this.#writes.filter(({ outcome }) => outcome === 'acknowledged').map(({ ended }) => ended);
    times.sort((a, b) => a - b);
    return Math.round(Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? time))));
  }

  /** Writes that are not in the database as their outcome says: wrong, in words. */
  async contradictions(node: PrivateNode): Promise<string[]> {
    const rows = await node.sql<{ key: string; n: number; parts: number }>(
      'select key, count(*)::int as n, count(distinct part)::int as parts from writes group by key',
    );
    const found = new Map(rows.map(({ key, n, parts }) => [key, { n, parts }]));
    return this.#writes.flatMap((write) => {
      const { n, parts } = found.get(write.key) ?? { n: 0, parts: 0 };
      const isWhole = n === write.parts && parts === write.parts;
      const isRight = { acknowledged: isWhole, 'rolled back': n === 0, unknown: isWhole || n === 0 }[
        write.outcome
      ];
      return isRight ? [] : [`${write.key} was ${write.outcome}, and ${n} of ${write.parts} rows are there`];
    });
  }

  async #run(writer: number): Promise<void> {
    const context = { kind: 'tenant', tenantId: 'acme', position: new SessionPosition() } as const;
    for (let number = 0; !this.#isOver; number++) {
      const key = `${writer}-${number}`;
      const parts = writer % 2 === 0 ? 1 : PARTS;
      const began = performance.now();
      const outcome = await outcomeOf(() => this.#write(context, key, parts));
      this.#writes.push({ key, parts, outcome, began, ended: performance.now() });
    }
  }

  async #write(
    context: Parameters<RelationalProvider['query']>[0],
    key: string,
    parts: number,
  ): Promise<unknown> {
    if (parts === 1) return this.#provider.query(context, { text: INSERT, values: [key, 0] });
    return this.#provider.transaction(context, async (tx) => {
      for (let part = 0; part < parts; part++) await tx.query(INSERT, [key, part]);
    });
  }
}

export async function outcomeOf(write: () => Promise<unknown>): Promise<Write['outcome']> {
  try {
    await write();
    return 'acknowledged';
  } catch (error) {
    if (error instanceof ConnectionLostError) return 'rolled back';
    if (error instanceof CommitUnknownError) return 'unknown';
    throw error;
  }
}
