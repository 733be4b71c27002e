import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Documents } from '../../src/documents/index.js';
import { AquiferError } from '../../src/errors/index.js';
import { Files, LocalFileStore } from '../../src/files/index.js';
import type { RelationalProvider, TenantContext } from '../../src/relational/index.js';
import { Uploads, UploadWorker } from '../../src/uploads/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const ID = '00000000-0000-4000-8000-000000000001';
const UNTIL = { timeout: 20_000 };

await describeOnEachDatabase('the worker of uploads', (open) => {
  let database: OpenedDatabase;
  let relational: RelationalProvider;
  let folder: string;
  let store: LocalFileStore;
  let seen: string[];
  /** What ingesting does. */
  let ingest: (context: TenantContext, source: string) => Promise<string>;

  beforeAll(async () => {
    database = await open();
    relational = database.provider;
  });
  afterAll(() => database.dispose());
  beforeEach(async ({ onTestFinished }) => {
    folder = makeTempDir();
    onTestFinished(() => removeTempDir(folder));
    store = await LocalFileStore.open(folder);
    seen = [];
    ingest = async ({ tenantId }, source) => {
      seen.push(`${tenantId} ${source}`);
      return ID;
    };
    await relational.query({ kind: 'system', reason: 'test' }, { text: 'delete from aquifer.uploads' });
    await relational.query({ kind: 'system', reason: 'test' }, { text: 'delete from aquifer.files' });
  });

  const context = (tenantId: string): TenantContext => ({
    kind: 'tenant',
    tenantId,
    actorId: `${tenantId}-actor`,
    roles: ['editor'],
    request: { requestId: 'r-9' },
  });
  const files = (of: TenantContext) => new Files({ relational, store: async () => store }, of);
  const uploads = (tenantId: string) =>
    new Uploads(
      { relational, files: files(context(tenantId)), onQueued: () => undefined },
      context(tenantId),
    );
  const queue = async (tenantId: string, name: string) => {
    const own = uploads(tenantId);
    const staged = await own.receive([Buffer.from(name)]);
    const [upload] = await own.add([{ staged, name }]);
    return upload?.id ?? '';
  };
  const worker = (stores = [store.id]) =>
    new UploadWorker({
      relational,
      stores: async () => stores,
      files,
      documents: (of) =>
        ({
          ingest: async ({ source }: { source: string }) => ({ documentId: await ingest(of, source) }),
        }) as unknown as Documents,
      concurrency: 1,
      maxBytes: 100,
      onError: () => undefined,
    });
  const statuses = async (tenantId: string) =>
    (await uploads(tenantId).list()).map(({ fileName, status }) => `${fileName} ${status}`).sort();

  it('serves the first upload of one tenant before all of another with many', async () => {
    for (const name of ['a1', 'a2', 'a3', 'a4']) await queue('large', name);
    await queue('small', 'b1');
    const working = worker();
    working.start();
    await expect.poll(() => seen.length, UNTIL).toBe(5);
    await working.stop();
    expect(seen.slice(0, 2)).toEqual(['large a1', 'small b1']);
    expect(seen.slice(2)).toEqual(['large a2', 'large a3', 'large a4']);
  });

  it('works in the name of whoever sent the file', async () => {
    let given: TenantContext | undefined;
    ingest = async (of) => {
      given = of;
      return ID;
    };
    const id = await queue('acme', 'x');
    const working = worker();
    working.start();
    await expect.poll(async () => (await uploads('acme').get(id)).status, UNTIL).toBe('stored');
    await working.stop();
    expect(given).toMatchObject({ actorId: 'acme-actor', roles: ['editor'], request: { requestId: 'r-9' } });
    expect(await uploads('acme').get(id)).toMatchObject({ documentId: ID, error: null });
  });

  it('takes up what a process that died had in work, and gives it up when it never comes to an end', async () => {
    const id = await queue('acme', 'x');
    const died = `update aquifer.uploads set status = 'processing', claim = gen_random_uuid(), attempts = $1,
                  held_until = clock_timestamp() + make_interval(secs => $2)`;
    const system = { kind: 'system', reason: 'test' } as const;
    await relational.query(system, { text: died, values: [1, -1] });
    const working = worker();
    working.start();
    await expect.poll(async () => (await uploads('acme').get(id)).status, UNTIL).toBe('stored');
    await relational.query(system, { text: died, values: [3, -1] });
    working.start();
    await expect.poll(async () => (await uploads('acme').get(id)).status, UNTIL).toBe('failed');
    await working.stop();
    expect((await uploads('acme').get(id)).error).toMatchObject({ code: 'AQF_WORKER_CRASHED' });
  });

  it('leaves a file that is on another machine to the server that has it', async () => {
    await queue('acme', 'elsewhere');
    const other = worker(['local:0000000000000000']);
    other.start();
    const here = worker();
    await queue('acme', 'too');
    expect(await statuses('acme')).toEqual(['elsewhere queued', 'too queued']);
    here.start();
    await expect.poll(() => seen.length, UNTIL).toBe(2);
    await here.stop();
    await other.stop();
  });

  it('does no upload twice where several servers work', async () => {
    for (let n = 0; n < 12; n++) await queue(`t${n % 3}`, `f${n}`);
    const several = [worker(), worker(), worker()];
    for (const one of several) one.start();
    await expect.poll(() => seen.length, UNTIL).toBe(12);
    for (const one of several) await one.stop();
    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
  });

  it('tells why a file cannot be a document, and puts back what it stopped in the middle of', async () => {
    ingest = async () => {
      throw new AquiferError('AQF_EXTRACTION_SCANNED', 'Only pictures.');
    };
    const bad = await queue('acme', 'bad');
    const own = uploads('acme');
    const large = await own.add([{ staged: await own.receive([Buffer.alloc(101)]), name: 'large' }]);
    const working = worker();
    working.start();
    await expect.poll(() => statuses('acme'), UNTIL).toEqual(['bad failed', 'large failed']);
    expect((await own.get(bad)).error).toMatchObject({
      code: 'AQF_EXTRACTION_SCANNED',
      message: 'Only pictures.',
    });
    expect((await own.get(large[0]?.id ?? '')).error).toMatchObject({ code: 'AQF_EXTRACTION_TOO_LARGE' });
    await own.forget(bad);
    ingest = async (_, source) => {
      seen.push(source);
      throw new AquiferError('AQF_LAYER_CLOSED', 'Closed.');
    };
    const half = await queue('acme', 'half');
    working.start();
    await expect.poll(() => seen, UNTIL).toContain('half');
    await working.stop();
    expect((await own.get(half)).status).toBe('queued');
  });

  it('forgets an upload with its original, and never with a file that was there for something else', async () => {
    const mine = files(context('acme'));
    const own = uploads('acme');
    const forgotten = await queue('acme', 'original');
    const other = await mine.put([Buffer.from('of OpenAI')], { name: 'other', purpose: 'assistants' });
    await relational.query(context('acme'), {
      text: `update aquifer.uploads set file_id = $1::uuid where id = $2::uuid returning id`,
      values: [other.id, forgotten],
    });
    await own.forget(forgotten);
    expect((await mine.list()).map(({ name }) => name)).toContain('other');
    await own.forget(await queue('acme', 'second'));
    expect((await mine.list()).map(({ name }) => name)).not.toContain('second');
  });

  it('keeps nothing of files that the disk has no place for', async () => {
    const own = uploads('acme');
    const staged = await own.receive([Buffer.from('kept aside')]);
    const broken = { ...staged, keep: async () => Promise.reject(new Error('ENOSPC')) };
    const fine = await own.receive([Buffer.from('fine')]);
    await expect(
      own.add([
        { staged: fine, name: 'a' },
        { staged: broken, name: 'b' },
      ]),
    ).rejects.toThrow('ENOSPC');
    expect(await own.list()).toEqual([]);
    expect(await files(context('acme')).list()).toEqual([]);
    await rm(join(folder, 'incoming'), { recursive: true });
    await writeFile(join(folder, 'incoming'), 'in the way');
    await expect(own.receive([Buffer.from('x')])).rejects.toMatchObject({
      code: 'AQF_FILE_STORE_UNAVAILABLE',
    });
  });

  it('tells each step as an event', async () => {
    const id = await queue('told', 'x');
    const working = worker();
    working.start();
    await expect.poll(async () => (await uploads('told').get(id)).status, UNTIL).toBe('stored');
    await working.stop();
    const { rows } = await relational.query<{ action: string }>(
      { kind: 'system', reason: 'test' },
      { text: 'select action from aquifer.changes where row_id = $1 and event order by id', values: [id] },
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'aquifer.uploads.insert',
      'aquifer.uploads.processing',
      'aquifer.uploads.stored',
    ]);
  });
});
