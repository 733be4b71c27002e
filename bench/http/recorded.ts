import type {
  QueryOptions,
  RelationalProvider,
  Statement,
  TransactionContext,
} from '../../src/relational/index.js';

/** A statement as a provider was asked it. */
export interface Recorded {
  readonly context: TransactionContext;
  readonly statement: Statement;
  readonly options: QueryOptions | undefined;
}

/** Writes down which statements are sent while something is done. */
export class RecordedStatements {
  #recording: Recorded[] | undefined;

  /** The same provider, overheard. */
  around(provider: RelationalProvider): RelationalProvider {
    const query: RelationalProvider['query'] = (context, statement, options) => {
      if (context.kind === 'tenant') this.#recording?.push({ context, statement, options });
      return provider.query(context, statement, options);
    };
    return new Proxy(provider, {
      get: (target, name) => {
        if (name === 'query') return query;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  }

  /** Those of the second of two calls: the first may find out what is remembered then. */
  async of(work: () => Promise<void>): Promise<readonly Recorded[]> {
    await work();
    this.#recording = [];
    await work();
    const recorded = this.#recording;
    this.#recording = undefined;
    if (recorded.length === 0) throw new Error('The request asked the database nothing.');
    return recorded;
  }
}
