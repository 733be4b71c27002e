import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Session } from '../../src/repositories/index.js';
import { users } from '../entities/schema.js';
import { codesOf, withEntities } from './fixture.js';

await withEntities(({ session, provider, ciphers }) => {
  const stored = async (mine: Session) =>
    (await mine.query('select email, email_blind, phone from app.users order by email_blind, id')).rows;

  test('encrypted fields are read as they were written, and stored as ciphertext', async () => {
    const mine = session();
    const repository = mine.repository(users);
    const created = await repository.create({ email: 'ann@acme.example', phone: '+49 30 1234', age: 41 });
    expect(created).toMatchObject({ email: 'ann@acme.example', phone: '+49 30 1234', age: 41 });
    expect(created).not.toHaveProperty('emailBlind');
    expect(await repository.findById(created.id)).toEqual(created);
    expect((await repository.findMany()).rows).toEqual([created]);
    expect(await repository.findById(created.id, { select: ['phone'] })).toEqual({ phone: '+49 30 1234' });
    for (const row of await stored(mine)) {
      expect(row).toEqual({
        email: expect.stringMatching(/^aqe1\./),
        email_blind: expect.stringMatching(/^\S{22}$/),
        phone: expect.stringMatching(/^aqe1\./),
      });
    }
  });

  test('a field with a blind index is found by equality, its own tenant only', async () => {
    const mine = session();
    const repository = mine.repository(users);
    await repository.createMany([
      { email: 'ann@acme.example' },
      { email: 'bob@acme.example' },
      { email: 'ann@acme.example' },
    ]);
    expect(await repository.count({ where: { email: 'ann@acme.example' } })).toBe(2);
    expect(await repository.count({ where: { email: { in: ['bob@acme.example', 'x'] } } })).toBe(1);
    expect(await repository.count({ where: { email: { eq: 'Ann@acme.example' } } })).toBe(0);
    expect(await repository.count({ where: { not: { email: 'ann@acme.example' } } })).toBe(1);
    expect(
      await session()
        .repository(users)
        .count({ where: { email: 'ann@acme.example' } }),
    ).toBe(0);
    const indexes = (await stored(mine)).map((row) => row.email_blind);
    expect(new Set(indexes).size).toBe(2);
  });

  test('an update encrypts anew, and null is null', async () => {
    const mine = session();
    const repository = mine.repository(users);
    const { id } = await repository.create({ email: 'ann@acme.example', phone: '1' });
    const before = await stored(mine);
    expect(await repository.update(id, { email: 'eva@acme.example', phone: null })).toMatchObject({
      email: 'eva@acme.example',
      phone: null,
    });
    expect(await repository.count({ where: { email: 'eva@acme.example' } })).toBe(1);
    expect(await repository.count({ where: { email: 'ann@acme.example' } })).toBe(0);
    expect((await stored(mine))[0]?.email).not.toEqual(before[0]?.email);
    expect(await repository.upsert({ id, email: 'ivo@acme.example' })).toMatchObject({
      id,
      email: 'ivo@acme.example',
    });
  });

  test('a ciphertext that was moved to another row is an error, never a value', async () => {
    const mine = session();
    const repository = mine.repository(users);
    const [ann, bob] = await repository.createMany([
      { email: 'ann@acme.example' },
      { email: 'bob@acme.example' },
    ]);
    await mine.query(
      'update app.users set email = (select email from app.users where id = $1) where id = $2',
      [ann?.id, bob?.id],
    );
    await expect(repository.findById(bob?.id ?? '')).rejects.toMatchObject({
      code: 'AQF_CIPHERTEXT_INVALID',
    });
    expect(await repository.findById(ann?.id ?? '')).toEqual(ann);
  });

  test('nothing else can be asked of an encrypted field', async () => {
    const repository = session().repository(users);
    const loose = (value: unknown) => value as never;
    const attempts = [
      repository.findMany({ where: loose({ email: { contains: 'ann' } }) }),
      repository.findMany({ where: loose({ email: { eq: 'a', in: ['b'] } }) }),
      repository.findMany({ where: loose({ email: 7 }) }),
      repository.findMany({ where: loose({ phone: '1' }) }),
      repository.findMany({ where: loose({ phone: null }) }),
      repository.findMany({ orderBy: loose({ email: 'asc' }) }),
      repository.updateMany({ age: 3 }, { email: 'x' }),
      repository.upsert({ email: 'x' }, { on: loose(['email']) }),
      repository.upsert({ email: 'x' }, { on: ['handle'] }),
    ];
    expect(new Set(await codesOf(attempts))).toEqual(new Set(['AQF_ARGUMENT_INVALID']));
    const emailBlind = repository.findMany({ where: loose({ emailBlind: 'x' }) });
    await expect(emailBlind).rejects.toMatchObject({ code: 'AQF_FIELD_UNKNOWN' });
  });

  test('without ciphers an entity with encrypted fields is an error, before anything is read or written', async () => {
    const bare = new Session(provider(), { kind: 'tenant', tenantId: 'bare' }).repository(users);
    const attempts = [
      bare.findById(randomUUID()),
      bare.findMany({ select: ['id'] }),
      bare.count(),
      bare.create({ email: 'x' }),
      bare.createMany([{ email: 'x' }]),
      bare.update(randomUUID(), { email: 'x' }),
      bare.restore(randomUUID()),
    ];
    expect(new Set(await codesOf(attempts))).toEqual(new Set(['AQF_CIPHER_MISSING']));
  });

  test('keys that a transaction made are gone with it', async () => {
    const mine = session();
    const failing = mine.transaction(async (tx) => {
      await tx.repository(users).create({ email: 'ann@acme.example' });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const again = new Session(
      provider(),
      { kind: 'tenant', tenantId: mine.tenantId },
      { ciphers: ciphers() },
    );
    const { id } = await again.repository(users).create({ email: 'eva@acme.example' });
    expect(await mine.repository(users).findById(id)).toMatchObject({ email: 'eva@acme.example' });
  });
});
