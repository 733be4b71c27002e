import { DatabaseError } from '../errors.js';
import type { Connection, GroupResult } from './connection.js';
import type { Group } from './group.js';

/**
 * What is told of a name when server and sender do not agree on what is prepared: that it is not there (26000),
 * since the group before it on the wire, which prepared it, failed; that it is there already (42P05), since a
 * PgBouncer lost count of what it has prepared.
 */
const NAMES_IN_DISPUTE: readonly unknown[] = ['26000', '42P05'];

/** Runs a group that is a transaction of its own. In a dispute on names nothing was done: it is sent again without. */
export async function runSingle(connection: Pick<Connection, 'run'>, group: Group): Promise<GroupResult> {
  try {
    return await connection.run(group);
  } catch (error) {
    if (!disputesNames(error)) throw error;
    return connection.run(withoutNames(group));
  }
}

function disputesNames(error: unknown): boolean {
  return error instanceof DatabaseError && NAMES_IN_DISPUTE.includes(error.sqlstate);
}

function withoutNames(group: Group): Group {
  const { before, statement, after } = group;
  return { ...group, before: before.map(unnamed), statement: unnamed(statement), after: after.map(unnamed) };
}

function unnamed<S extends { readonly name?: string | undefined }>({ name: _, ...rest }: S): Omit<S, 'name'> {
  return rest;
}
