import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ChangeEvent, createDataLayer, type DataLayer } from 'aquifer';
import { prismaClients } from 'aquifer/prisma';
import { PrismaClient } from './generated/client.js';
import { setUp } from './setup.js';

await setUp();
await using layer = await createDataLayer();
await using clients = prismaClients((adapter) => new PrismaClient({ adapter }));

const heard = new EventTarget();
await layer.events.subscribe({
  name: `chat-demo-${Date.now()}`,
  handle: async (events) => {
    for (const event of events) heard.dispatchEvent(new CustomEvent(event.entity, { detail: event }));
  },
});

const run = Date.now().toString(36);
const acme = scopeOf(layer, `acme-${run}`, 'ada');
const rival = scopeOf(layer, `rival-${run}`, 'bob');

const firstMessage = once(heard, 'messages') as Promise<[CustomEvent<ChangeEvent>]>;
const message = await clients.run(acme, async (prisma) => {
  await prisma.organisation.create({ data: { name: 'Acme', settings: { plan: 'team' } } });
  const ada = await prisma.user.create({ data: { email: 'ada@example.org', name: 'Ada', role: 'owner' } });
  return prisma.message.create({
    data: {
      body: 'Hello from Ada',
      author: { connect: { id: ada.id } },
      conversation: { create: { title: 'General', participants: { create: { userId: ada.id } } } },
      attachments: {
        create: { fileName: 'plan.txt', bytes: 5n, checksum: createHash('sha256').update('plan\n').digest() },
      },
    },
    include: { author: true, attachments: true },
  });
});
console.log(
  `acme writes: ${message.body} (by ${message.author?.name}, ${message.attachments.length} attachment)`,
);

await clients.run(rival, async (prisma) => {
  await prisma.user.create({ data: { email: 'ada@example.org', name: 'Another Ada' } });
  console.log(`rival may have the same e-mail address; it sees ${await prisma.message.count()} messages`);
  console.log(
    `rival asks for acme's message: ${await prisma.message.findUnique({ where: { id: message.id } })}`,
  );
  const { count } = await prisma.message.updateMany({ where: { id: message.id }, data: { body: 'stolen' } });
  console.log(`rival changes ${count} of acme's messages`);
});

const [{ detail: event }] = await firstMessage;
console.log(
  `subscriber hears: ${event.entity} ${event.operation} of ${nameOf(event.tenantId)} by ${event.actorId}`,
);

await clients.run(acme, (prisma) =>
  prisma.message.update({ where: { id: message.id }, data: { body: 'Hello, everyone' } }),
);
const revisions = await acme.versions('messages', message.id).list();
console.log(`history: ${revisions.map(({ revision, row }) => `${revision} ${row.body}`).join(', ')}`);

await clients.run(acme, async (prisma) => {
  const gone = await prisma.message.delete({ where: { id: message.id } });
  console.log(`acme deletes: ${gone.body}; ${await prisma.message.count()} messages are left`);
});
await acme.versions('messages', message.id).revert(2);
await clients.run(acme, async (prisma) => {
  const back = await prisma.message.findUniqueOrThrow({ where: { id: message.id } });
  console.log(`acme brings it back: ${back.body}`);
});

const records = await acme.audit.list({ entity: 'messages' });
console.log(`audit: ${records.map(({ action, actorId }) => `${action} by ${actorId}`).join(', ')}`);

function scopeOf(from: DataLayer, tenantId: string, actorId: string) {
  return from.scope({ tenantId, actorId, request: { requestId: `demo-${actorId}` } });
}

function nameOf(tenantId: string): string {
  return tenantId.slice(0, tenantId.indexOf('-'));
}
