import { describe, expect, test } from 'vitest';
import { type ScopeOptions, tenantContext } from './scope-context.js';

const open = (options: unknown) => () => tenantContext(options as ScopeOptions);

describe('a scope', () => {
  test('carries tenant, actor and roles to the database', () => {
    expect(
      tenantContext({ tenantId: 'acme', actorId: 'ann@acme.example', roles: ['reader', 'editor'] }),
    ).toMatchObject({
      kind: 'tenant',
      tenantId: 'acme',
      actorId: 'ann@acme.example',
      roles: ['reader', 'editor'],
    });
    expect(tenantContext({ tenantId: 'acme' })).toMatchObject({ kind: 'tenant', tenantId: 'acme' });
  });

  test.each([
    'a',
    '7',
    'acme',
    'Zürich',
    '日本',
    'eval:scifact',
    'user@example.com',
    'org/unit-1_b.c',
    'a'.repeat(128),
  ])('may be called %s', (tenantId) => {
    expect(tenantContext({ tenantId }).tenantId).toBe(tenantId);
  });

  test.each([undefined, null, '', {}, { tenantId: undefined }, { tenantId: null }, { tenantId: '' }, []])(
    'is missing in %j',
    (options) => {
      expect(open(options)).toThrow(expect.objectContaining({ code: 'AQF_SCOPE_MISSING', status: 401 }));
    },
  );

  test.each([
    [{ tenantId: 7 }, 'tenantId must be a string'],
    [{ tenantId: true }, 'tenantId must be a string'],
    [{ tenantId: ['acme'] }, 'tenantId must be a string'],
    [{ tenantId: ' acme' }, 'tenantId must be 1 to 128'],
    [{ tenantId: 'acme ' }, 'tenantId must be 1 to 128'],
    [{ tenantId: 'acme\n' }, 'tenantId must be 1 to 128'],
    [{ tenantId: 'ac\u0000me' }, 'tenantId must be 1 to 128'],
    [{ tenantId: '-acme' }, 'tenantId must be 1 to 128'],
    [{ tenantId: "a' or '1'='1" }, 'tenantId must be 1 to 128'],
    [{ tenantId: 'a'.repeat(129) }, 'tenantId must be 1 to 128'],
    [{ tenantId: 'a', actorId: '' }, 'actorId must be 1 to 128'],
    [{ tenantId: 'a', actorId: 7 }, 'actorId must be a string'],
    [{ tenantId: 'a', roles: ['b,c'] }, 'a role must be 1 to 128'],
    [{ tenantId: 'a', roles: 'admin' }, 'expected array'],
    [{ tenantId: 'a', tenantID: 'b' }, 'tenantID'],
  ])('is refused when malformed: %j', (options, message) => {
    expect(open(options)).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
    expect(open(options)).toThrow(message);
  });

  test('takes what a client says of itself as far as the database can hold it', () => {
    const request = { requestId: 'a\u0000b', userAgent: 'half \ud800 of a pair' };
    expect(tenantContext({ tenantId: 'acme', request })).toMatchObject({
      request: { requestId: 'ab', userAgent: 'half \ufffd of a pair' },
    });
  });

  test('does not repeat what it was given: an id may be a secret pasted into the wrong place', () => {
    expect(open({ tenantId: 'sk live 123' })).not.toThrow('sk live 123');
  });
});
