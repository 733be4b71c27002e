import type { Wire } from './wire.js';

/** The columns that a prepared statement answers with; undefined until the server has told. */
export interface StatementShape {
  fields: readonly unknown[] | undefined;
}

const shapes = new WeakMap<Wire, Map<string, StatementShape>>();

/**
 * What is known of the statement that a connection has prepared under this name. The server refuses to run one
 * whose columns changed meanwhile (SQLSTATE 0A000), so that they need to be told once.
 */
export function shapeOf(wire: Wire, name: string): StatementShape | undefined {
  return shapes.get(wire)?.get(name);
}

/** For a name that is about to be prepared: what answers to an earlier statement of that name tell is not of it. */
export function newShape(wire: Wire, name: string): void {
  const known = shapes.get(wire) ?? new Map<string, StatementShape>();
  shapes.set(wire, known);
  known.set(name, { fields: undefined });
}
