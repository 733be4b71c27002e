import type { IndexBuildFigures } from '../metrics/index.js';
import type { RelationalProvider } from '../relational/index.js';

const BUILD = /^\s*create index concurrently\b.*\bvectors_space_\d+/is;

/** Counts the indexes of vectors that are built through a provider, and how long that takes. */
export class IndexBuilds {
  #figures: IndexBuildFigures = { built: 0, failed: 0, seconds: 0, lastSeconds: undefined };

  figures(): IndexBuildFigures {
    return this.#figures;
  }

  /** The same provider, whose builds are counted; itself where it builds none. */
  through<P extends RelationalProvider>(provider: P): P {
    const { maintain } = provider;
    if (!maintain) return provider;
    const counted: NonNullable<RelationalProvider['maintain']> = (work) =>
      maintain.call(provider, (execute) => work((sql) => this.#counted(sql, execute))) as ReturnType<
        typeof work
      >;
    return new Proxy(provider, {
      get: (target, name) => {
        if (name === 'maintain') return counted;
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  }

  async #counted(sql: string, execute: (sql: string) => Promise<void>): Promise<void> {
    if (!BUILD.test(sql)) return execute(sql);
    const began = performance.now();
    try {
      await execute(sql);
    } catch (error) {
      this.#figures = { ...this.#figures, failed: this.#figures.failed + 1 };
      throw error;
    }
    const seconds = (performance.now() - began) / 1000;
    const { built, seconds: before } = this.#figures;
    this.#figures = { ...this.#figures, built: built + 1, seconds: before + seconds, lastSeconds: seconds };
  }
}
