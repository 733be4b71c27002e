import { boolean, integer, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { entity } from '../../src/entities/index.js';
import { createDataLayer, type DataLayer, type Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { createTestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const threads = entity('threads', { columns: { subject: text('subject').notNull() } });
const messages = entity('messages', {
  columns: {
    threadId: text('thread_id'),
    body: text('body').notNull(),
    pinned: boolean('pinned').notNull().default(false),
    stars: integer('stars').notNull().default(0),
  },
  traits: { softDelete: true, events: true, searchable: { text: ['body'], semantic: ['body'] } },
});
const plain = entity('plain', { columns: { body: text('body') } });
const entities = [threads, messages, plain];

const BODIES = [
  'The parcel from the warehouse arrived broken, and the customer wants her money back.',
  'Our invoice of March was paid twice by mistake.',
  'Which password rules hold for contractors?',
  'The lift in building four is out of order until Thursday.',
];

suite('embedded', async () => {
  const folder = makeTempDir();
  return { layer: await openLayer(folder, { entities }), clean: () => removeTempDir(folder) };
});

describe.skipIf(!(await serviceAvailable('postgres')))('with a server', () => {
  suite('postgres', async () => {
    const database = await createTestDatabase();
    const layer = await createDataLayer(
      { relational: { url: database.url }, entities },
      { env: {}, file: false },
    );
    return { layer, clean: () => database.drop() };
  });
});

function suite(name: string, open: () => Promise<{ layer: DataLayer; clean: () => Promise<void> }>): void {
  describe(`search for rows on ${name}`, () => {
    let layer: DataLayer;
    let clean: () => Promise<void>;
    let acme: Scope;
    let globex: Scope;

    beforeAll(async () => {
      ({ layer, clean } = await open());
      acme = layer.scope({ tenantId: 'acme' });
      globex = layer.scope({ tenantId: 'globex' });
      await acme.repository(messages).createMany(BODIES.map((body, stars) => ({ body, stars })));
      await globex.repository(messages).create({ body: 'The parcel of globex is secret.' });
      await indexed(layer);
    });
    afterAll(async () => {
      await layer.close();
      await clean();
    });

    const found = async (question: string, options?: Parameters<ReturnType<typeof search>['search']>[1]) =>
      (await search().search(question, options)).map(({ row }) => row.body);
    const search = () => acme.entity(messages);

    test('finds by words and by meaning, best first, rows as the repository gives them', async () => {
      const [best, ...others] = await search().search('refund for a damaged delivery', { limit: 2 });
      expect(best?.row).toMatchObject({ body: BODIES[0], pinned: false, stars: 0 });
      expect(best?.row.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(best?.score).toBeGreaterThan(others[0]?.score ?? 0);
      expect(await found('passwords', { mode: 'lexical' })).toEqual([BODIES[2]]);
    });

    test('takes typed filters, and reads what was selected', async () => {
      expect(await found('parcel invoice lift', { where: { stars: { gte: 1 } }, mode: 'lexical' })).toEqual(
        expect.not.arrayContaining([BODIES[0]]),
      );
      expect(await found('parcel', { where: { stars: { gt: 99 } } })).toEqual([]);
      const [hit] = await search().search('parcel', { select: ['stars'], limit: 1 });
      expect(hit?.row).toEqual({ stars: 0 });
    });

    test('is told by the name of the entity, and refuses what is not searchable or unknown', async () => {
      expect(await acme.entity('messages').search('parcel', { limit: 1 })).toHaveLength(1);
      await expect(acme.entity(plain).search('parcel')).rejects.toMatchObject({ code: 'AQF_ENTITY_INVALID' });
      expect(() => acme.entity('nothing')).toThrow(expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }));
      await expect(
        acme.entity(messages).search('parcel', { where: { nothing: 1 } as never }),
      ).rejects.toMatchObject({ code: 'AQF_FIELD_UNKNOWN' });
    });

    test('sees no row of another tenant, and no document among rows, nor rows among documents', async () => {
      expect(
        (await search().search('secret parcel of globex', { limit: 50 })).map(({ row }) => row.body),
      ).not.toContain('The parcel of globex is secret.');
      await acme.documents.ingest({ source: 'parcels.txt', text: 'Parcels are sent on Mondays.' });
      expect(await found('parcels are sent on Mondays')).not.toContain('Parcels are sent on Mondays.');
      const sources = (await acme.search('parcel', { limit: 50 })).map(({ source }) => source);
      expect(new Set(sources)).toEqual(new Set(['parcels.txt']));
      expect((await acme.documents.list()).map(({ source }) => source)).toEqual(['parcels.txt']);
    });

    test('follows changes of whatever writer, deletion and restoration at once', async () => {
      const rows = acme.repository(messages);
      const row = await rows.create({ body: 'The canteen serves lasagne.' });
      await indexed(layer);
      expect(await found('lasagne', { mode: 'lexical' })).toEqual(['The canteen serves lasagne.']);
      await acme.query(`update messages set body = 'The canteen serves goulash.' where id = $1`, [row.id]);
      await indexed(layer);
      expect(await found('lasagne', { mode: 'lexical' })).toEqual([]);
      expect(await found('goulash', { mode: 'lexical' })).toEqual(['The canteen serves goulash.']);
      await rows.delete(row.id);
      expect(await found('goulash', { mode: 'lexical' })).toEqual([]);
      await rows.restore(row.id);
      await indexed(layer);
      expect(await found('goulash', { mode: 'lexical' })).toEqual(['The canteen serves goulash.']);
      await rows.hardDelete(row.id);
      expect(await found('goulash', { mode: 'lexical' })).toEqual([]);
    });
  });
}

/** Until nothing waits to be embedded. */
async function indexed(layer: DataLayer): Promise<void> {
  const waiting = async () => (await layer.embedding.backlog()).documents;
  await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 45_000, interval: 100 });
}
