import { describe, expect, test } from 'vitest';
import { Permissions } from './permissions.js';
import { grantedBy } from './roles.js';

const of = (...roles: string[]) => new Permissions(grantedBy(roles, []));

describe('permissions', () => {
  test.each([
    ['viewer', 'documents', 'read', true],
    ['viewer', 'documents', 'create', false],
    ['viewer', 'audit', 'read', false],
    ['viewer', 'keys', 'read', false],
    ['editor', 'suppliers', 'delete', true],
    ['editor', 'operations', 'read', false],
    ['admin', 'audit', 'read', true],
    ['admin', 'keys', 'create', true],
    ['owner', 'anything', 'delete', true],
    ['press', 'documents', 'read', false],
    ['toString', 'documents', 'read', false],
  ] as const)('%s: %s:%s is %s', (role, entity, action, allowed) => {
    expect(of(role).allows(entity, action)).toBe(allowed);
  });

  test('of an entity or an action alone reach no further', () => {
    const few = new Permissions(['suppliers:*', '*:read', 'audit:read']);
    expect(few.allows('suppliers', 'delete')).toBe(true);
    expect(few.allows('contacts', 'read')).toBe(true);
    expect(few.allows('contacts', 'update')).toBe(false);
    expect(few.allows('audit', 'update')).toBe(false);
    expect(few.allows('keys', 'read')).toBe(false);
  });

  test('cover what they allow', () => {
    expect(of('owner').covers(of('admin'))).toBe(true);
    expect(of('admin').covers(of('editor', 'viewer'))).toBe(true);
    expect(of('admin').covers(of('owner'))).toBe(false);
    expect(of('editor').covers(of('admin'))).toBe(false);
    expect(new Permissions(['documents:*']).covers(new Permissions(['documents:read']))).toBe(true);
    expect(new Permissions(['*:read']).covers(new Permissions(['*:*']))).toBe(false);
  });
});
