import { DatabaseError } from '../errors.js';
import type { Connection, GroupResult } from './connection.js';
import type { Group } from './group.js';

const NO_SUCH_STATEMENT = '26000';

/**
 * Runs a group that is a transaction of its own. A name that was being prepared by a group before it on the wire,
 * which failed, is not there: nothing was done then, and it is sent again, prepared for this once.
 */
export async function runSingle(connection: Connection, group: Group): Promise<GroupResult> {
  try {
    return await connection.run(group);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== NO_SUCH_STATEMENT) throw error;
    const { name: _, ...statement } = group.statement;
    return connection.run({ ...group, statement });
  }
}
