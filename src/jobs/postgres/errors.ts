import { DatabaseError } from '../../relational/index.js';

/** As node-postgres throws it: BullMQ tells its own conditions (SQLSTATE BM001) by `code` and `detail`. */
export function toServerError(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || !error.sqlstate) return error;
  const { detail } = (error.cause ?? {}) as { readonly detail?: string };
  return Object.assign(new Error(error.message, { cause: error }), { code: error.sqlstate, detail });
}
