import { spaceMarks } from '../names.js';
import type { Entry } from './entry.js';

/** A cache or a namespace of one: its keys, apart from all others'. */
export class Space {
  readonly path: string;
  /** The path of the root whose tags it knows: a tenant. */
  readonly rootPath: string;
  /** What every value of this space depends on. */
  readonly marks: readonly string[];
  readonly entries = new Map<string, Entry>();

  constructor(path: string, rootPath: string) {
    this.path = path;
    this.rootPath = rootPath;
    this.marks = spaceMarks(path);
  }

  lies(within: string): boolean {
    return within === '' || this.path === within || this.path.startsWith(`${within}/`);
  }
}

/** The spaces that someone uses or that hold something; others are forgotten by the garbage collector. */
export class Spaces {
  readonly #known = new Map<string, WeakRef<Space>>();
  readonly #forgotten = new FinalizationRegistry<string>((path) => {
    if (this.#known.get(path)?.deref() === undefined) this.#known.delete(path);
  });

  at(path: string, rootPath: string): Space {
    const known = this.find(path);
    if (known) return known;
    const space = new Space(path, rootPath);
    this.#known.set(path, new WeakRef(space));
    this.#forgotten.register(space, path);
    return space;
  }

  find(path: string): Space | undefined {
    return this.#known.get(path)?.deref();
  }

  *within(path: string): Generator<Space> {
    for (const reference of this.#known.values()) {
      const space = reference.deref();
      if (space?.lies(path)) yield space;
    }
  }
}
