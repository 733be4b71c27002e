import { describe, expect, test } from 'vitest';
import { DatabaseError } from '../errors.js';
import type { GroupResult } from './connection.js';
import type { Group } from './group.js';
import { runSingle } from './single-statement.js';

const STEP = { name: 'step', text: 'select set_config($1, $2, true)', values: ['a', 'b'] };
const GROUP: Group = {
  before: [STEP],
  statement: { name: 'statement', text: 'select 1' },
  after: [STEP],
  rows: 'objects',
  committedBy: 'sync',
};
const RESULT = { rows: [], rowCount: 0 } as unknown as GroupResult;

describe('a group whose names are in dispute', () => {
  test.each(['26000', '42P05'])('is sent again without names after SQLSTATE %s', async (sqlstate) => {
    const { sent, connection } = failingOnce(sqlstate);
    expect(await runSingle(connection, GROUP)).toBe(RESULT);
    expect(sent).toHaveLength(2);
    expect(JSON.stringify(sent[1])).not.toContain('"name"');
  });

  test('is sent once when the statement itself fails', async () => {
    const { sent, connection } = failingOnce('23505');
    await expect(runSingle(connection, GROUP)).rejects.toMatchObject({ sqlstate: '23505' });
    expect(sent).toEqual([GROUP]);
  });
});

function failingOnce(sqlstate: string) {
  const sent: Group[] = [];
  const run = async (group: Group) => {
    if (sent.push(group) === 1) throw new DatabaseError('AQF_QUERY_FAILED', 'No.', { facts: { sqlstate } });
    return RESULT;
  };
  return { sent, connection: { run } };
}
