import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ChangeEvent, createDataLayer } from 'aquifer';
import { runInScope } from 'aquifer/pg';
import { chatDataSource } from './data-source.js';
import { attachments, messages, users } from './entities.js';
import { setUp } from './setup.js';

await setUp();
await using layer = await createDataLayer();

const run = Date.now().toString(36);
const acme = layer.scope({ tenantId: `acme-${run}`, actorId: 'ada' });
const rival = layer.scope({ tenantId: `rival-${run}`, actorId: 'bob' });

// TypeORM asks the server for its version when it starts, so that too happens in a scope.
const source = await runInScope(acme, () => chatDataSource().initialize());

const heard = new EventTarget();
await layer.events.subscribe({
  name: `chat-demo-${Date.now()}`,
  handle: async (events) => {
    for (const event of events) heard.dispatchEvent(new CustomEvent(event.entity, { detail: event }));
  },
});

const firstMessage = once(heard, 'messages') as Promise<[CustomEvent<ChangeEvent>]>;
const id = randomUUID();
await runInScope(acme, () =>
  source.transaction(async (manager) => {
    const author = await manager.save(users, {
      id: randomUUID(),
      email: 'ada@example.org',
      name: 'Ada',
      role: 'owner',
      tags: ['first'],
    });
    await manager.save(messages, {
      id,
      body: 'Hello from Ada',
      author,
      conversation: { id: randomUUID(), title: 'General' },
      attachments: [
        {
          id: randomUUID(),
          fileName: 'plan.txt',
          bytes: '5',
          checksum: createHash('sha256').update('plan\n').digest(),
        },
      ],
    });
  }),
);
await runInScope(acme, async () => {
  const message = await source.getRepository(messages).findOneOrFail({
    where: { id },
    relations: { author: true, attachments: true },
  });
  console.log(
    `acme writes: ${message.body} (by ${message.author?.name}, ${message.attachments.length} attachment)`,
  );
});

await runInScope(rival, async () => {
  const email = 'ada@example.org';
  await source.getRepository(users).insert({ id: randomUUID(), email, name: 'Another Ada', tags: [] });
  const mine = source.getRepository(messages);
  console.log(`rival may have the same e-mail address; it sees ${await mine.count()} messages`);
  console.log(`rival asks for acme's message: ${await mine.findOneBy({ id })}`);
  const { affected } = await mine.update({ id }, { body: 'stolen' });
  console.log(`rival changes ${affected} of acme's messages`);
});

const [{ detail: event }] = await firstMessage;
console.log(
  `subscriber hears: ${event.entity} ${event.operation} of ${nameOf(event.tenantId)} by ${event.actorId}`,
);

await runInScope(acme, () => source.getRepository(messages).update({ id }, { body: 'Hello, everyone' }));
const revisions = await acme.versions('messages', id).list();
console.log(`history: ${revisions.map(({ revision, row }) => `${revision} ${row.body}`).join(', ')}`);

await runInScope(acme, async () => {
  const mine = source.getRepository(messages);
  await mine.remove(await mine.findOneByOrFail({ id }));
  const files = await source.getRepository(attachments).count();
  console.log(`acme deletes it; ${await mine.count()} messages and ${files} attachments are left`);
});
await acme.versions('messages', id).revert(2);
await runInScope(acme, async () => {
  const back = await source.getRepository(messages).findOneByOrFail({ id });
  const files = await source.getRepository(attachments).count();
  console.log(`acme brings it back: ${back.body}, with ${files} attachment`);
});

const records = await acme.audit.list({ entity: 'messages' });
console.log(`audit: ${records.map(({ action, actorId }) => `${action} by ${actorId}`).join(', ')}`);
await source.destroy();

function nameOf(tenantId: string): string {
  return tenantId.slice(0, tenantId.indexOf('-'));
}
