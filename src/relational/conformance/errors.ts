import { expect, test } from 'vitest';
import { OWNER } from '../context.js';
import { ACME, INSERT_ITEM, type Opened } from './fixture.js';

/** SQLSTATE, class and code of errors that callers tell apart. */
const RAISED = [
  ['AQ001', 'DatabaseError', 'AQF_SCOPE_MISSING'],
  ['23505', 'UniqueViolationError', 'AQF_UNIQUE_VIOLATION'],
  ['23503', 'ForeignKeyViolationError', 'AQF_FOREIGN_KEY_VIOLATION'],
  ['23001', 'ForeignKeyViolationError', 'AQF_FOREIGN_KEY_VIOLATION'],
  ['23514', 'CheckViolationError', 'AQF_CHECK_VIOLATION'],
  ['23502', 'NotNullViolationError', 'AQF_NOT_NULL_VIOLATION'],
  ['40001', 'SerializationFailureError', 'AQF_SERIALIZATION_FAILURE'],
  ['40P01', 'DeadlockError', 'AQF_DEADLOCK'],
  ['57014', 'StatementTimeoutError', 'AQF_STATEMENT_TIMEOUT'],
  ['55P03', 'StatementTimeoutError', 'AQF_STATEMENT_TIMEOUT'],
  ['25006', 'ReadOnlyError', 'AQF_READ_ONLY'],
  ['42501', 'DatabaseError', 'AQF_PERMISSION_DENIED'],
  ['22P02', 'DatabaseError', 'AQF_VALUE_INVALID'],
  ['P0001', 'DatabaseError', 'AQF_QUERY_FAILED'],
] as const;

/** Statements that break one constraint of conformance.items each, and what the error tells. */
const BROKEN = [
  [
    `insert into conformance.items (id) values ('taken')`,
    'AQF_UNIQUE_VIOLATION',
    { constraint: 'items_key' },
  ],
  [
    `insert into conformance.items (id, parent) values ('orphan', 'nobody')`,
    'AQF_FOREIGN_KEY_VIOLATION',
    { constraint: 'items_parent' },
  ],
  [
    `insert into conformance.items (id, amount) values ('negative', -1)`,
    'AQF_CHECK_VIOLATION',
    { constraint: 'items_amount_positive' },
  ],
  [`insert into conformance.items (id) values (null)`, 'AQF_NOT_NULL_VIOLATION', { column: 'id' }],
] as const;

export function errorTests(opened: Opened): void {
  test.each(RAISED)('SQLSTATE %s is a %s with the code %s', async (sqlstate, name, code) => {
    const text = `do $$ begin raise exception 'made to fail' using errcode = '${sqlstate}'; end $$`;
    const error = { name, code, facts: { sqlstate }, message: expect.stringContaining('made to fail') };
    await expect(opened().query(OWNER, { text })).rejects.toMatchObject(error);
    await expect(opened().transaction(OWNER, (tx) => tx.query(text))).rejects.toMatchObject(error);
  });

  test.each(BROKEN)('%s fails with %s, which names what it broke', async (text, code, facts) => {
    await opened().query(ACME, { text: `${INSERT_ITEM} on conflict do nothing`, values: ['taken'] });
    await expect(opened().query(ACME, { text })).rejects.toMatchObject({ code, facts });
  });

  test('says nothing of the values of a row that broke a constraint', async () => {
    const [unique] = BROKEN[0];
    await opened().query(ACME, { text: `${INSERT_ITEM} on conflict do nothing`, values: ['taken'] });
    const error = await opened()
      .query(ACME, { text: unique })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'AQF_UNIQUE_VIOLATION' });
    expect(JSON.stringify(error)).not.toContain('acme');
  });
}
