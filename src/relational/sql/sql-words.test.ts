import { describe, expect, test } from 'vitest';
import { commandOf, looksReadOnly } from './sql-words.js';

describe('the command of a statement', () => {
  test.each([
    ['select 1', 'SELECT'],
    ['  -- why\n /* nested /* */ */ Insert into t values (1)', 'INSERT'],
    ['with a as (select 1) select * from a', 'SELECT'],
    ['with a as (delete from t returning *) insert into u select * from a', 'INSERT'],
    [`with "select" as (select ') update'), b as (values (1)) update t set x = 1`, 'UPDATE'],
    ['(select 1) union (select 2)', 'SELECT'],
    ['values (1)', 'SELECT'],
    ['create table t ()', 'CREATE'],
    ['', ''],
  ])('%s is %s', (sql, command) => expect(commandOf(sql)).toBe(command));
});

test('a SELECT that locks rows is no mere read', () => {
  expect(looksReadOnly('select 1')).toBe(true);
  expect(looksReadOnly('select * from t for no key update')).toBe(false);
  expect(looksReadOnly('with a as (select 1) select * from a')).toBe(false);
  expect(looksReadOnly('update t set x = 1')).toBe(false);
});
