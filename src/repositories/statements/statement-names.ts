import { createHash } from 'node:crypto';
import type { Statement } from '../../relational/index.js';

/** A server keeps the plan of each named statement a connection: what callers shape must not fill its memory. */
const MAX_NAMED = 200;
const MAX_KNOWN = 1000;
/** A shape that comes back this often is worth a plan. */
const WORTH_A_NAME = 3;

interface Known {
  uses: number;
  name: string | undefined;
}

/** Names statements, so that a server plans each once a connection: those of a fixed form at once, others when they recur. */
export class StatementNames {
  readonly #known = new Map<string, Known>();
  #named = 0;

  /** For statements whose form callers do not shape. */
  static fixed(text: string): Statement & { readonly name: string } {
    return { text, name: nameOf(text) };
  }

  statement(text: string, values: readonly unknown[]): Statement {
    const name = this.#use(text);
    return name === undefined ? { text, values } : { text, values, name };
  }

  #use(text: string): string | undefined {
    const known = this.#known.get(text);
    if (!known) {
      this.#remember(text);
      return undefined;
    }
    if (known.name !== undefined) return known.name;
    known.uses += 1;
    if (known.uses >= WORTH_A_NAME && this.#named < MAX_NAMED) {
      this.#named += 1;
      known.name = nameOf(text);
    }
    return known.name;
  }

  /** What was seen first is forgotten first, unless it has a name, which stays in use. */
  #remember(text: string): void {
    if (this.#known.size >= MAX_KNOWN) {
      for (const [oldest, { name }] of this.#known) {
        if (name !== undefined) continue;
        this.#known.delete(oldest);
        break;
      }
    }
    this.#known.set(text, { uses: 1, name: undefined });
  }
}

function nameOf(text: string): string {
  return `aq_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
