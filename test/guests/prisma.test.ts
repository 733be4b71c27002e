import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrismaClients, prismaClients } from '../../src/guests/prisma/index.js';
import type { Scope } from '../../src/layer/index.js';
import { CHAT_SQL } from './chat.js';
import { describeOnEachLayer, type OpenedLayer } from './layers.js';
import { PrismaClient, scopedClient } from './prisma-clients.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';

await describeOnEachLayer('a PrismaClient in a scope', (open) => {
  let opened: OpenedLayer;
  let acme: Scope;
  let rival: Scope;
  let prisma: PrismaClient;
  let theirs: PrismaClient;

  beforeAll(async () => {
    opened = await open(CHAT_SQL);
    acme = opened.layer.scope({ tenantId: 'acme', actorId: 'ada', request: { requestId: 'r-1' } });
    rival = opened.layer.scope({ tenantId: 'rival', actorId: 'bob' });
    prisma = scopedClient(acme);
    theirs = scopedClient(rival);
  });
  afterAll(async () => {
    await Promise.all([prisma?.$disconnect(), theirs?.$disconnect()]);
    await opened?.dispose();
  });

  const newMessage = (client: PrismaClient, body: string) =>
    client.message.create({ data: { body, conversation: { create: { title: `about ${body}` } } } });

  test('writes and reads through relations, enums, JSON and bytes', async () => {
    const user = await prisma.user.create({
      data: { email: 'ada@x', name: 'Ada', role: 'owner', tags: ['a,b', '"c"', ''] },
    });
    expect(user).toMatchObject({ tenantId: 'acme', role: 'owner', tags: ['a,b', '"c"', ''] });
    const created = await prisma.message.create({
      data: {
        body: 'one',
        metadata: { deep: [1, null, { 'x"': 'é' }] },
        author: { connect: { id: user.id } },
        conversation: { create: { title: 'First' } },
        attachments: { create: { fileName: 'f', bytes: 2n ** 60n, checksum: new Uint8Array([0, 255, 39]) } },
      },
    });
    const found = await prisma.message.findUniqueOrThrow({
      where: { id: created.id },
      include: { attachments: true, author: true, conversation: true },
    });
    expect(found).toMatchObject({
      metadata: { deep: [1, null, { 'x"': 'é' }] },
      author: { name: 'Ada' },
      conversation: { title: 'First' },
      attachments: [{ bytes: 2n ** 60n, checksum: new Uint8Array([0, 255, 39]) }],
    });
    expect(Math.abs(found.sentAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test('sees and changes nothing of another tenant', async () => {
    const mine = await newMessage(prisma, 'hushed');
    const where = { id: mine.id };
    expect(await theirs.message.findUnique({ where })).toBeNull();
    expect(await theirs.message.findMany({ where: { body: 'hushed' } })).toEqual([]);
    expect(await theirs.$queryRawUnsafe('select * from messages where tenant_id = $1', 'acme')).toEqual([]);
    expect(await theirs.message.updateMany({ where, data: { body: 'x' } })).toEqual({ count: 0 });
    expect(await theirs.message.deleteMany({ where })).toEqual({ count: 0 });
    await expect(theirs.message.delete({ where })).rejects.toMatchObject({ code: 'P2025' });
    await expect(theirs.message.update({ where, data: { body: 'x' } })).rejects.toMatchObject({
      code: 'P2025',
    });
    await expect(
      theirs.message.create({ data: { body: 'x', conversationId: mine.conversationId } }),
    ).rejects.toMatchObject({ code: 'P2003' });
    await expect(theirs.user.create({ data: { tenantId: 'acme', email: 'e', name: 'n' } })).rejects.toThrow(
      /row-level security/,
    );
    expect(await prisma.message.findUnique({ where })).toMatchObject({ body: 'hushed' });
  });

  test('batches of findUnique stay with their tenants', async () => {
    const [mine, other] = [await newMessage(prisma, 'mine'), await newMessage(theirs, 'theirs')];
    const ask = (client: PrismaClient) => [
      client.message.findUnique({ where: { id: mine.id } }),
      client.message.findUnique({ where: { id: other.id } }),
    ];
    const bodies = (await Promise.all([...ask(prisma), ...ask(theirs)])).map((found) => found?.body);
    expect(bodies).toEqual(['mine', undefined, undefined, 'theirs']);
  });

  describe('transactions', () => {
    test('commit what an interactive one did', async () => {
      const id = await prisma.$transaction(async (tx) => {
        const { id } = await newMessage(tx as PrismaClient, 'in a transaction');
        expect(await tx.message.count({ where: { id } })).toBe(1);
        return id;
      });
      expect(await prisma.message.count({ where: { id } })).toBe(1);
    });

    test('undo everything when the work throws', async () => {
      const failing = prisma.$transaction(async (tx) => {
        await newMessage(tx as PrismaClient, 'undone');
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await prisma.message.count({ where: { body: 'undone' } })).toBe(0);
    });

    test('undo everything when a statement failed that the work kept quiet about', async () => {
      const failing = prisma.$transaction(async (tx) => {
        await newMessage(tx as PrismaClient, 'kept quiet');
        await tx.message.create({ data: { body: 'x', conversationId: NOBODY } }).catch(() => undefined);
      });
      await expect(failing).rejects.toMatchObject({ code: 'AQF_FOREIGN_KEY_VIOLATION' });
      expect(await prisma.message.count({ where: { body: 'kept quiet' } })).toBe(0);
    });

    test('run batches as one', async () => {
      const conversation = await prisma.conversation.create({ data: { title: 'batch' } });
      const add = (conversationId: string) =>
        prisma.message.create({ data: { body: 'batched', conversationId } });
      const where = { body: 'batched' };
      const [, , count] = await prisma.$transaction([
        add(conversation.id),
        add(conversation.id),
        prisma.message.count({ where }),
      ]);
      expect(count).toBe(2);
      await expect(prisma.$transaction([add(conversation.id), add(NOBODY)])).rejects.toMatchObject({
        code: 'P2003',
      });
      expect(await prisma.message.count({ where })).toBe(2);
    });

    test.each([
      ['ReadUncommitted', 'read committed'],
      ['ReadCommitted', 'read committed'],
      ['RepeatableRead', 'repeatable read'],
      ['Serializable', 'serializable'],
    ] as const)('at %s run at %s', async (isolationLevel, expected) => {
      const ask = (tx: Pick<PrismaClient, '$queryRaw'>) => tx.$queryRaw`show transaction_isolation`;
      const shown = await prisma.$transaction((tx) => ask(tx), { isolationLevel });
      expect(shown).toEqual([{ transaction_isolation: expected }]);
    });

    test('are given up when they last longer than Prisma allows', async () => {
      const slow = prisma.$transaction(
        async (tx) => {
          await newMessage(tx as PrismaClient, 'too slow');
          await new Promise((resolve) => setTimeout(resolve, 120));
          await tx.message.count();
        },
        { timeout: 60 },
      );
      await expect(slow).rejects.toMatchObject({ code: 'P2028' });
      expect(await prisma.message.count({ where: { body: 'too slow' } })).toBe(0);
    });
  });

  describe('errors', () => {
    test('keep the codes that Prisma gives them', async () => {
      await prisma.user.create({ data: { email: 'twice@x', name: 'n' } });
      await expect(prisma.user.create({ data: { email: 'twice@x', name: 'n' } })).rejects.toMatchObject({
        code: 'P2002',
        meta: { modelName: 'User' },
      });
      await expect(prisma.user.findUniqueOrThrow({ where: { id: NOBODY } })).rejects.toMatchObject({
        code: 'P2025',
      });
      await expect(prisma.$queryRaw`select 'x'::text::int`).rejects.toMatchObject({ code: 'P2010' });
      await expect(prisma.$queryRaw`select * from not_there`).rejects.toMatchObject({ code: 'P2010' });
      await expect(prisma.$executeRaw`insert into users (id) values (null)`).rejects.toMatchObject({
        code: 'P2010',
      });
    });

    test('name the database’s own words and SQLSTATE', async () => {
      const failure = await prisma.$queryRaw`select 1 / 0`.catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'P2010', message: expect.stringContaining('division by zero') });
      expect(JSON.stringify(failure)).toContain('22012');
    });
  });

  describe('soft delete', () => {
    test('of one row gives the row and hides it', async () => {
      const { id } = await newMessage(prisma, 'to go');
      const gone = await prisma.message.delete({ where: { id }, include: { conversation: true } });
      expect(gone).toMatchObject({ id, body: 'to go', conversation: { title: 'about to go' } });
      expect(await prisma.message.findUnique({ where: { id } })).toBeNull();
      await expect(prisma.message.delete({ where: { id } })).rejects.toMatchObject({ code: 'P2025' });
      const history = await acme.versions('messages', id).list();
      expect(history.map(({ operation }) => operation)).toEqual(['delete', 'insert']);
    });

    test('of many counts them', async () => {
      for (const body of ['crowd', 'crowd', 'other']) await newMessage(prisma, body);
      expect(await prisma.message.deleteMany({ where: { body: 'crowd' } })).toEqual({ count: 2 });
      expect(await prisma.message.deleteMany({ where: { body: 'crowd' } })).toEqual({ count: 0 });
      expect(await prisma.message.count({ where: { body: 'other' } })).toBe(1);
    });

    test('does not touch tables that have none', async () => {
      const user = await prisma.user.create({ data: { email: 'p@x', name: 'P' } });
      const conversation = await prisma.conversation.create({
        data: { title: 'c', participants: { create: { userId: user.id } } },
      });
      const key = { conversationId: conversation.id, userId: user.id };
      const gone = await prisma.participant.delete({ where: { conversationId_userId: key } });
      expect(gone).toMatchObject(key);
      expect(await acme.query('select 1 from participants where user_id = $1', [user.id])).toMatchObject({
        rows: [],
      });
    });
  });

  test('is audited with actor and request', async () => {
    const { id } = await newMessage(prisma, 'audited');
    await prisma.message.update({ where: { id }, data: { body: 'audited twice' } });
    const records = await acme.audit.list({ entity: 'messages', rowId: id });
    expect(records).toMatchObject([
      { action: 'messages.update', actorId: 'ada', requestId: 'r-1', before: { body: 'audited' } },
      { action: 'messages.insert', actorId: 'ada', requestId: 'r-1' },
    ]);
  });

  test.each([
    'commit',
    'rollback',
    'set role none',
    'reset role',
    'set local "role" = none',
    'select 1; commit',
  ])('is not left by a raw %s', async (text) => {
    const leaving = theirs.$transaction(async (tx) => {
      await expect(tx.$executeRawUnsafe(text)).rejects.toMatchObject({ code: 'P2010' });
      return tx.$queryRaw`select current_user::text as me`;
    });
    const outcome = await leaving.catch(() => [{ me: 'aquifer_app' }]);
    expect(outcome).toEqual([{ me: 'aquifer_app' }]);
    expect(await theirs.message.count({ where: { tenantId: 'acme' } })).toBe(0);
  });

  test('upserts, groups, aggregates and creates many', async () => {
    const email = 'up@x';
    const upsert = (name: string) =>
      prisma.user.upsert({
        where: { tenantId_email: { tenantId: 'acme', email } },
        create: { tenantId: 'acme', email, name },
        update: { name },
      });
    await upsert('first');
    expect(await upsert('second')).toMatchObject({ name: 'second' });
    const data = ['g1', 'g2', 'g3'].map((name) => ({ name, email: `${name}@x`, role: 'guest' as const }));
    expect(await prisma.user.createMany({ data })).toEqual({ count: 3 });
    const groups = await prisma.user.groupBy({ by: ['role'], where: { role: 'guest' }, _count: true });
    expect(groups).toEqual([{ role: 'guest', _count: 3 }]);
    const renamed = await prisma.user.updateManyAndReturn({ where: { role: 'guest' }, data: { name: 'G' } });
    expect(renamed.map(({ name }) => name)).toEqual(['G', 'G', 'G']);
  });

  test('calls a function that writes, though it is called by a SELECT', async () => {
    const rows = await prisma.$queryRaw`select aquifer.audit_log('login') is not null as written`;
    expect(rows).toHaveLength(1);
  });

  describe('clients that scopes take turns in', () => {
    let clients: PrismaClients<PrismaClient>;
    let made = 0;
    beforeAll(() => {
      clients = prismaClients(
        (adapter) => {
          made++;
          return new PrismaClient({ adapter });
        },
        { max: 2 },
      );
    });
    afterAll(() => clients.close());

    test('serve one scope at a time, however many ask', async () => {
      const ids = { acme: (await newMessage(prisma, 'A')).id, rival: (await newMessage(theirs, 'B')).id };
      const asked = Array.from({ length: 20 }, (_, at) =>
        clients.run(at % 2 ? acme : rival, async (client) => {
          const where = (id: string) => ({ where: { id } });
          const found = await Promise.all([
            client.message.findUnique(where(ids.acme)),
            client.message.findUnique(where(ids.rival)),
            ...(await client.$transaction([client.message.findUnique(where(ids.acme))])),
          ]);
          return found.map((row) => row?.body ?? '-').join('');
        }),
      );
      const answers = await Promise.all(asked);
      expect(answers).toEqual(answers.map((_, at) => (at % 2 ? 'A-A' : '-B-')));
      expect(made).toBe(2);
    });

    test('refuse everything once their scope is done', async () => {
      const kept = await clients.run(acme, async (client) => client);
      await clients.run(rival, async () => {
        await expect(kept.message.count()).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
        await expect(kept.$queryRaw`select 1`).rejects.toMatchObject({ code: 'AQF_SCOPE_MISSING' });
        await expect(kept.$transaction((tx) => tx.message.count())).rejects.toMatchObject({
          code: 'AQF_SCOPE_MISSING',
        });
      });
    });

    test('finish what a scope forgot to await in that scope', async () => {
      const [conversation] = await prisma.conversation.findMany({ take: 1 });
      const conversationId = conversation?.id ?? '';
      await clients.run(acme, async (client) => {
        void client.message.create({ data: { body: 'forgotten', conversationId } }).then(() => undefined);
      });
      expect(await prisma.message.count({ where: { body: 'forgotten' } })).toBe(1);
    });

    test('are not waited for without end', async () => {
      const few = prismaClients((adapter) => new PrismaClient({ adapter }), { max: 1, acquireTimeoutMs: 20 });
      let done: (() => void) | undefined;
      const held = few.run(acme, () => new Promise<void>((resolve) => (done = resolve)));
      await expect(few.run(rival, async () => 1)).rejects.toMatchObject({ code: 'AQF_POOL_EXHAUSTED' });
      done?.();
      await held;
      expect(await few.run(rival, async () => 1)).toBe(1);
      await few.close();
      await expect(few.run(rival, async () => 1)).rejects.toMatchObject({ code: 'AQF_LAYER_CLOSED' });
    });
  });
});
