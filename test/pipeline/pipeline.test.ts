import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Relay } from '../../src/events/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { MadeEmbedder } from './made-embedder.js';
import { Workshop } from './workshop.js';

const UNTIL = { timeout: 20_000, interval: 20 };
let tenants = 0;

await describeOnEachDatabase('the embedding pipeline', (openDatabase) => {
  let database: OpenedDatabase;
  const open: Workshop[] = [];
  let tenant = '';
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterEach(async () => {
    for (const workshop of open.splice(0)) {
      await workshop.close();
      await workshop.rows('delete from aquifer.documents');
      await workshop.rows('delete from aquifer.vector_spaces');
    }
  });
  afterAll(() => database.dispose());

  async function workshopOf(...embedders: MadeEmbedder[]): Promise<Workshop> {
    const workshop = await Workshop.open(database.provider, ...embedders);
    open.push(workshop);
    tenant = `tenant-${++tenants}`;
    return workshop;
  }

  async function backlogIsEmpty(workshop: Workshop): Promise<void> {
    const flagged =
      'select count(*)::integer as n from aquifer.documents where embedding_expired_at is not null';
    await vi.waitFor(async () => expect(await workshop.rows(flagged)).toEqual([{ n: 0 }]), UNTIL);
  }

  test('embeds what was stored to be embedded later, each text once', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    await workshop.store(tenant, 20);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 20, embedded: 0 });
    const pipeline = workshop.pipeline({ batch: 8 });
    expect(await pipeline.backlog()).toMatchObject({ documents: 20, tenants: 1, dead: 0 });
    await pipeline.start();
    await backlogIsEmpty(workshop);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 20, embedded: 20 });
    expect(embedder.repeated).toBe(0);
    expect(await pipeline.backlog()).toEqual({ documents: 0, tenants: 0, dead: 0, oldestMs: 0 });
  });

  test('hears of changes through the outbox, without a sweep', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    const pipeline = workshop.pipeline({ sweepMs: 3_600_000 });
    await pipeline.start();
    const relay = new Relay(workshop.relational, { pollMs: 100 });
    await relay.subscribe(pipeline.subscriber());
    await workshop.store(tenant, 2);
    await backlogIsEmpty(workshop);
    await relay.close();
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 2, embedded: 2 });
  });

  test('does not ask the model for a text that the tenant has vectors of', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    const documents = workshop.documents(tenant);
    await documents.ingest({ source: 'first', text: 'The same words in both.', title: 't' });
    await documents.ingest({ source: 'second', text: 'The same words in both.', title: 't', embed: 'later' });
    await workshop.pipeline().start();
    await backlogIsEmpty(workshop);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 2, embedded: 2 });
    expect(embedder.calls).toBe(1);
  });

  test('cuts and embeds anew a document whose text another writer changed', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    const documents = workshop.documents(tenant);
    const { documentId } = await documents.ingest({ source: 'a', text: 'As it was written.', title: 'T' });
    await workshop.rows(`update aquifer.documents set content = 'As it is now.' where tenant_id = $1`, [
      tenant,
    ]);
    await workshop.pipeline().start();
    await backlogIsEmpty(workshop);
    expect(await documents.chunks(documentId)).toMatchObject([
      { content: 'As it is now.', start: 0, end: 13 },
    ]);
    expect([...embedder.embedded.keys()]).toEqual(['T. As it was written.', 'T. As it is now.']);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 1, embedded: 1 });
  });

  test('waits for a rate limit without counting it', async () => {
    const embedder = new MadeEmbedder('made:one', (call) => (call <= 12 ? 'rate-limit' : 'answer'));
    const workshop = await workshopOf(embedder);
    await workshop.store(tenant, 3);
    const pipeline = workshop.pipeline({ attempts: 2 });
    await pipeline.start();
    await backlogIsEmpty(workshop);
    expect(await pipeline.failures({ which: 'all' })).toEqual([]);
    expect(embedder.calls).toBe(13);
  });

  test('keeps a document that fails every time as a dead letter, the others beside it embedded', async () => {
    let isStrange = true;
    const embedder = new MadeEmbedder('made:one', (_, texts) =>
      isStrange && texts.some((text) => text.includes('number 3 ')) ? 'fail' : 'answer',
    );
    const workshop = await workshopOf(embedder);
    await workshop.store(tenant, 6);
    const pipeline = workshop.pipeline({ attempts: 3 });
    await pipeline.start();
    await vi.waitFor(
      async () => expect(await pipeline.backlog()).toMatchObject({ documents: 0, dead: 1 }),
      UNTIL,
    );
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 6, embedded: 5 });
    expect(await pipeline.failures({ tenantId: tenant })).toMatchObject([
      {
        source: 'doc-3',
        attempts: 3,
        code: 'AQF_EMBEDDING_FAILED',
        reason: 'Chunk 0: status 500',
        dead: true,
      },
    ]);
    isStrange = false;
    expect(await pipeline.requeue({ tenantId: tenant })).toBe(1);
    await backlogIsEmpty(workshop);
    expect(await pipeline.failures({ which: 'all' })).toEqual([]);
    expect(embedder.repeated).toBe(0);
  });

  test('gives up at once a text that the provider refuses, and takes it up again when it changes', async () => {
    const embedder = new MadeEmbedder('made:one', (_, texts) =>
      texts.some((text) => text.includes('number 1 ')) ? 'refuse' : 'answer',
    );
    const workshop = await workshopOf(embedder);
    await workshop.store(tenant, 4);
    const pipeline = workshop.pipeline();
    await pipeline.start();
    await vi.waitFor(
      async () => expect(await pipeline.backlog()).toMatchObject({ documents: 0, dead: 1 }),
      UNTIL,
    );
    expect(await pipeline.failures()).toMatchObject([
      { source: 'doc-1', attempts: 1, code: 'AQF_EMBEDDING_REFUSED' },
    ]);
    await workshop.documents(tenant).ingest({ source: 'doc-1', text: 'Something else.', embed: 'later' });
    await backlogIsEmpty(workshop);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 4, embedded: 4 });
  });

  test('goes on after answers that come late or are half', async () => {
    const bad = ['hang', 'half', 'fail', 'half'] as const;
    const embedder = new MadeEmbedder('made:one', (call) => bad[call - 1] ?? 'answer');
    const workshop = await workshopOf(embedder);
    await workshop.store(tenant, 8);
    await workshop.pipeline({ callTimeoutMs: 100, batch: 4 }).start();
    await backlogIsEmpty(workshop);
    expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 8, embedded: 8 });
  });

  test('leaves the flag of a document that changed while it was embedded', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    const documents = workshop.documents(tenant);
    await documents.ingest({ source: 'a', text: 'The first text.', embed: 'later' });
    embedder.script = (call) => {
      if (call === 1) changed = documents.ingest({ source: 'a', text: 'The second text.', embed: 'later' });
      return 'answer';
    };
    let changed: Promise<unknown> = Promise.resolve();
    await workshop.pipeline().start();
    await vi.waitFor(() => expect(embedder.calls).toBeGreaterThan(0), UNTIL);
    await changed;
    await vi.waitFor(async () => {
      expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 1, embedded: 1 });
    }, UNTIL);
    await backlogIsEmpty(workshop);
    expect([...embedder.embedded.keys()]).toContain('The second text.');
  });

  test('serves the first document of one tenant before all of another with many', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    const large = `${tenant}-large`;
    await workshop.store(large, 40);
    await workshop.store(`${tenant}-small`, 1);
    await workshop.queue.announce([large]);
    await workshop.queue.announce([`${tenant}-small`]);
    const pipeline = workshop.pipeline({ batch: 4, turnMs: 1, concurrency: 1, sweepMs: 3_600_000 });
    const seen: string[] = [];
    embedder.script = (_, texts) => {
      seen.push(texts[0]?.includes('-small') ? 'small' : 'large');
      return 'answer';
    };
    await pipeline.start();
    await backlogIsEmpty(workshop);
    expect(seen.indexOf('small')).toBeLessThan(3);
    expect(seen.filter((name) => name === 'large')).toHaveLength(10);
  });

  test('finds chunks without vectors that nobody flagged', async () => {
    const embedder = new MadeEmbedder();
    const workshop = await workshopOf(embedder);
    await workshop.documents(tenant).ingest({ source: 'a', text: 'Its vector will go.' });
    await workshop.rows('delete from aquifer.vectors where tenant_id = $1', [tenant]);
    const pipeline = workshop.pipeline({ sweepMs: 3_600_000 });
    await pipeline.start();
    await pipeline.sweep('chunks');
    await vi.waitFor(async () => {
      expect(await workshop.tally(tenant, embedder.model.id)).toEqual({ chunks: 1, embedded: 1 });
    }, UNTIL);
  });
});
