import type { RelationalProvider, Row, Statement, Transaction } from '../../src/relational/index.js';

/** Asks a provider what was asked before, in the same transactions; resolves to the rows. */
export type Replay = (provider: RelationalProvider) => Promise<readonly Row[]>;

/** Writes down which statements are sent while something is done. */
export class RecordedStatements {
  #recording: Replay[] | undefined;

  /** The same provider, overheard. */
  around(provider: RelationalProvider): RelationalProvider {
    const query: RelationalProvider['query'] = (context, statement, options) => {
      if (context.kind === 'tenant')
        this.#recording?.push(async (other) => (await other.query(context, statement, options)).rows);
      return provider.query(context, statement, options);
    };
    const transaction: RelationalProvider['transaction'] = (context, work, options) => {
      const statements: Statement[] = [];
      if (context.kind === 'tenant')
        this.#recording?.push((other) => other.transaction(context, (tx) => all(tx, statements), options));
      return provider.transaction(context, (tx) => work(overheard(tx, statements)), options);
    };
    return substituted(provider, { query, transaction });
  }

  /** Those of the second of two calls: the first may find out what is remembered then. */
  async of(work: () => Promise<void>): Promise<readonly Replay[]> {
    await work();
    this.#recording = [];
    await work();
    const recorded = this.#recording;
    this.#recording = undefined;
    if (recorded.length === 0) throw new Error('The request asked the database nothing.');
    return recorded;
  }
}

async function all(tx: Transaction, statements: readonly Statement[]): Promise<readonly Row[]> {
  let rows: readonly Row[] = [];
  for (const statement of statements) ({ rows } = await tx.query(statement));
  return rows;
}

function overheard(tx: Transaction, statements: Statement[]): Transaction {
  const query: Transaction['query'] = (sql, params) => {
    statements.push(typeof sql === 'string' ? { text: sql, ...(params && { values: params }) } : sql);
    return tx.query(sql, params);
  };
  return substituted(tx, { query });
}

/** An object with some of its methods in place of its own. */
function substituted<T extends object>(inner: T, methods: Partial<T>): T {
  return new Proxy(inner, {
    get: (target, name) => {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
