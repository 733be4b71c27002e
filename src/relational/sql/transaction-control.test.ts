import { describe, expect, test } from 'vitest';
import { controlOf } from './transaction-control.js';

const LEVEL = 'isolation level repeatable read';

describe('transaction control', () => {
  test.each([
    ['BEGIN', { kind: 'begin', options: {} }],
    ['begin transaction;', { kind: 'begin', options: {} }],
    ['START TRANSACTION', { kind: 'begin', options: {} }],
    [
      `start transaction ${LEVEL}, read only`,
      { kind: 'begin', options: { isolation: 'repeatable read', access: 'read' } },
    ],
    ['BEGIN ISOLATION LEVEL READ UNCOMMITTED', { kind: 'begin', options: { isolation: 'read committed' } }],
    [`set transaction ${LEVEL}`, { kind: 'characteristics', options: { isolation: 'repeatable read' } }],
    ['/* done */ COMMIT ;', { kind: 'commit' }],
    ['end work', { kind: 'commit' }],
    ['rollback', { kind: 'rollback' }],
    ['abort transaction', { kind: 'rollback' }],
    ['SAVEPOINT "a"', { kind: 'savepoint' }],
    ['rollback to savepoint a', { kind: 'savepoint' }],
    ['release a', { kind: 'savepoint' }],
    ['set local statement_timeout = 5', { kind: 'none' }],
    ['set constraints all deferred', { kind: 'none' }],
    ['select 1', { kind: 'none' }],
  ])('is read from %s', (sql, control) => expect(controlOf(sql)).toEqual(control));

  test.each([
    'commit and chain',
    'begin; drop table t',
    'commit; set role postgres',
    'prepare transaction $$x$$',
    'set role postgres',
    'set local role postgres',
    'set local "role" = postgres',
    'set local "aquifer".tenant_id = 1',
    'set local aquifer.tenant_id = 1',
    'SET /* */ SESSION AUTHORIZATION postgres',
    'set search_path = other',
    'reset role',
    'discard all',
    'listen c',
    'copy t to stdout',
    'prepare p as select 1',
  ])('refuses %s', (sql) =>
    expect(() => controlOf(sql)).toThrow(expect.objectContaining({ code: 'AQF_NOT_SUPPORTED' })),
  );
});
