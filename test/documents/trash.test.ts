import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENTS_ENTITY } from '../../src/documents/index.js';
import type { DataLayer, DataLayerOptions, Scope } from '../../src/layer/index.js';
import { serviceAvailable } from '../services/services.js';
import { openLayer } from '../support/layer.js';
import { expectConsistentIndex } from '../support/lexical-invariants.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const kinds = (await serviceAvailable('postgres'))
  ? (['embedded', 'postgres'] as const)
  : (['embedded'] as const);
const LONG = `${'The heron waits at the weir for eels. '.repeat(60)}\n\n${'Gravel beds hold the spawn of trout. '.repeat(60)}`;

describe.each(kinds)('the trash of documents (%s)', (kind) => {
  let folder: string;
  let database: TestDatabase | undefined;
  let layer: DataLayer;
  let scope: Scope;
  beforeAll(async () => {
    folder = makeTempDir();
    database = kind === 'postgres' ? await createTestDatabase() : undefined;
    const options: DataLayerOptions = database
      ? { relational: { provider: 'postgres', url: database.url } }
      : {};
    layer = await openLayer(folder, { ...options, documents: { retentionDays: 0 } });
    scope = layer.scope({ tenantId: 'acme', actorId: 'ann', request: { requestId: 'r-1' } });
  });
  afterAll(async () => {
    await layer.close();
    await database?.drop();
    await removeTempDir(folder);
  });

  const write = async (source: string, text = LONG, more: object = {}) =>
    (await scope.documents.ingest({ source, text, ...more })).documentId;

  /** Everything that a search may show, but for the numbers of chunks. */
  const found = async (question: string) => {
    const modes = ['lexical', 'semantic', 'hybrid'] as const;
    return Promise.all(
      modes.map(async (mode) =>
        (await scope.search(question, { mode, limit: 50, facets: ['kind'] })).map(
          ({ source, ordinal, score }) => [source, ordinal, score.toFixed(6)],
        ),
      ),
    );
  };

  const consistent = () => scope.transaction(async () => undefined).then(() => checkIndex(layer));

  test('hides a document from everything that reads documents, and gives back exactly what was there', async () => {
    const stays = await write('stays.txt', 'The heron and the otter share the river.', {
      metadata: { kind: 'a' },
    });
    const id = await write('goes.txt', LONG, {
      metadata: { kind: 'b' },
      chunking: { maxTokens: 100, overlapTokens: 10 },
    });
    const before = {
      found: await found('heron eels gravel'),
      document: await scope.documents.get(id),
      chunks: await scope.documents.chunks(id),
      count: await scope.documents.count(),
      collections: await scope.collections.list(),
      tables: await figures(layer),
    };
    expect(before.found.flat().filter(([source]) => source === 'goes.txt').length).toBeGreaterThan(4);

    await scope.documents.delete(id);
    for (const hits of await found('heron eels gravel'))
      expect(hits.filter(([source]) => source !== 'stays.txt')).toEqual([]);
    const { facets } = await scope.search('heron', { facets: ['kind'] });
    expect(facets).toEqual({ kind: [{ value: 'a', documents: 1 }] });
    expect(await scope.search('heron', { filter: { kind: 'b' } })).toHaveLength(0);
    expect((await scope.documents.list()).map(({ source }) => source)).toEqual(['stays.txt']);
    expect(await scope.documents.count()).toMatchObject({ documents: 1 });
    expect((await scope.collections.list())[0]?.documents).toBe(1);
    const gone = { code: 'AQF_DOCUMENT_NOT_FOUND' };
    await expect(scope.documents.get(id)).rejects.toMatchObject(gone);
    await expect(scope.documents.chunks(id)).rejects.toMatchObject(gone);
    await expect(scope.documents.delete(id)).rejects.toMatchObject(gone);
    const { rows } = await scope.query(
      'select (select count(*)::int from aquifer.documents) as documents, (select count(*)::int from aquifer.vectors) as vectors',
    );
    expect(rows[0]).toMatchObject({ documents: 1, vectors: 1 });
    await consistent();

    const [trashed] = await scope.documents.list({ deleted: true });
    expect(trashed).toMatchObject({ id, source: 'goes.txt', chunks: before.chunks.length });
    expect(trashed?.deletedAt).toBeInstanceOf(Date);
    expect((await scope.documents.get(id, { deleted: true })).content).toBe(before.document.content);

    expect(await scope.documents.restore(id)).toMatchObject({ id, embedding: 'current', deletedAt: null });
    expect(await found('heron eels gravel')).toEqual(before.found);
    expect(await scope.documents.get(id)).toEqual(before.document);
    expect(await scope.documents.chunks(id)).toEqual(before.chunks);
    expect(await scope.documents.count()).toEqual(before.count);
    expect(await figures(layer)).toEqual(before.tables);
    expect(await scope.documents.list({ deleted: true })).toEqual([]);
    await expect(scope.documents.restore(id)).rejects.toMatchObject(gone);
    await consistent();
    await scope.documents.purge(id);
    await scope.documents.purge(stays);
  });

  test('is audited: who wrote, changed, deleted, restored and purged what, without its text', async () => {
    const id = await write('audited.txt', 'First version of a secretive text.', { title: 'One' });
    await write('audited.txt', 'Second version of a secretive text.', { title: 'Two' });
    await scope.documents.delete(id);
    await scope.documents.restore(id);
    await scope.documents.purge(id);
    const records = await scope.audit.list({ entity: DOCUMENTS_ENTITY, rowId: id });
    expect(records.map(({ operation }) => operation)).toEqual([
      'purge',
      'delete',
      'restore',
      'delete',
      'update',
      'insert',
    ]);
    for (const record of records) expect(record).toMatchObject({ actorId: 'ann', requestId: 'r-1' });
    const update = records.find(({ operation }) => operation === 'update');
    expect(update?.changed).toEqual(expect.arrayContaining(['title', 'source_hash']));
    expect(update?.before).toMatchObject({ title: 'One' });
    expect(update?.row).toMatchObject({ title: 'Two', source: 'audited.txt', collection: 'default' });
    expect(JSON.stringify(records)).not.toContain('secretive');
    expect((await scope.audit.verify()).intact).toBe(true);
  });

  test('does not audit what the pipeline does, nor a document that stays as it is', async () => {
    const id = await write('quiet.txt', 'A quiet text.');
    await write('quiet.txt', 'A quiet text.');
    await scope.query('update aquifer.documents set embedding_expired_at = now() where id = $1', [id]);
    expect(await scope.audit.list({ rowId: id })).toHaveLength(1);
    await scope.documents.purge(id);
  });

  test('tells nobody of documents in collections that are closed to them', async () => {
    const board = layer.scope({ tenantId: 'acme', actorId: 'bea', roles: ['board'] });
    await board.collections.create({ name: 'closed', readers: ['board'], writers: ['board'] });
    const { documentId } = await board
      .collection('closed')
      .documents.ingest({ source: 'plan.txt', text: 'The plan.', title: 'Plan' });
    await board.documents.delete(documentId);
    expect(await scope.audit.list({ rowId: documentId })).toEqual([]);
    expect(await board.audit.list({ rowId: documentId })).toHaveLength(2);
    expect((await scope.audit.verify()).intact).toBe(true);
    const gone = { code: 'AQF_DOCUMENT_NOT_FOUND' };
    await expect(scope.documents.restore(documentId)).rejects.toMatchObject(gone);
    await expect(scope.documents.get(documentId, { deleted: true })).rejects.toMatchObject(gone);
    await expect(scope.documents.purge(documentId)).rejects.toMatchObject(gone);
    const { rows } = await scope.query('select count(*)::int as n from aquifer.trashed_chunks');
    expect(rows).toEqual([{ n: 0 }]);
    expect(await board.collection('closed').documents.list({ deleted: true })).toHaveLength(1);
    await board.documents.restore(documentId);
    await board.documents.purge(documentId);
  });

  test('belongs to one tenant', async () => {
    const id = await write('mine.txt', 'Mine alone.');
    await scope.documents.delete(id);
    const other = layer.scope({ tenantId: 'other' });
    for (const ask of ['restore', 'purge', 'delete', 'reembed', 'original'] as const)
      await expect(other.documents[ask](id)).rejects.toMatchObject({ code: 'AQF_DOCUMENT_NOT_FOUND' });
    expect(await other.documents.list({ deleted: true })).toEqual([]);
    await scope.documents.purge(id);
  });

  test('frees the source; the older one comes back only when the newer is gone', async () => {
    const old = await write('again.txt', 'The older text.');
    await scope.documents.delete(old);
    const young = await write('again.txt', 'The newer text.');
    expect(young).not.toBe(old);
    await expect(scope.documents.restore(old)).rejects.toMatchObject({
      code: 'AQF_UNIQUE_VIOLATION',
      status: 409,
    });
    await scope.documents.delete(young);
    expect((await scope.documents.list({ deleted: true })).map(({ id }) => id)).toEqual([young, old]);
    const page = await scope.documents.list({ deleted: true, limit: 1, after: young });
    expect(page.map(({ id }) => id)).toEqual([old]);
    await scope.documents.restore(old);
    expect((await scope.documents.get(old)).content).toBe('The older text.');
    await scope.documents.purge(young);
    await scope.documents.purge(old);
  });

  test('has a document wait for its vectors when the model changed meanwhile', async () => {
    const id = await write('model.txt', 'Written with a model that goes.');
    await scope.documents.delete(id);
    await layer
      .system('test')
      .query(
        `update aquifer.vector_spaces set state = 'retired' where tenant_id = 'acme' and name = 'documents'`,
      );
    expect((await scope.documents.restore(id)).embedding).toBe('waiting');
    expect(await scope.search('model that goes', { mode: 'lexical' })).toHaveLength(1);
    await layer
      .system('test')
      .query(
        `update aquifer.vector_spaces set state = 'active' where tenant_id = 'acme' and name = 'documents'`,
      );
    await scope.documents.purge(id);
  });

  test('has vectors made anew on request', async () => {
    const id = await write('anew.txt', 'To be embedded again.');
    await scope.documents.reembed(id);
    await expect
      .poll(async () => (await scope.documents.get(id)).embedding, { timeout: 20_000 })
      .toBe('current');
    expect((await scope.search('embedded again', { mode: 'semantic' }))[0]?.documentId).toBe(id);
    await scope.documents.purge(id);
  });

  test('is emptied by maintenance, with the originals', async () => {
    const file = await scope.files.put([Buffer.from('An original.')], { name: 'o.txt', purpose: 'document' });
    const id = await write('o.txt', 'An original.', { fileId: file.id });
    expect(await scope.documents.original(id)).toBe(file.id);
    await scope.documents.delete(id);
    expect(await scope.documents.original(id)).toBe(file.id);
    await scope.documents.restore(id);
    expect(await scope.documents.original(id)).toBe(file.id);
    await scope.documents.delete(id);
    await layer.system('test').query(`update aquifer.files set created_at = now() - interval '2 hours'`);
    await layer
      .system('test')
      .query(`update aquifer.document_trash set deleted_at = now() - interval '1 minute'`);
    expect((await layer.maintain())?.trashed).toBe(1);
    expect(await scope.documents.list({ deleted: true })).toEqual([]);
    await expect(scope.files.get(file.id)).rejects.toMatchObject({ code: 'AQF_FILE_NOT_FOUND' });
    expect((await scope.audit.list({ rowId: id }))[0]?.operation).toBe('purge');
  });

  test('takes the original along when a document is purged, unless another has it too', async () => {
    const file = await scope.files.put([Buffer.from('shared')], { name: 's.txt', purpose: 'document' });
    const one = await write('s1', 'shared', { fileId: file.id });
    const other = await write('s2', 'shared', { fileId: file.id });
    await scope.documents.purge(one);
    expect((await scope.files.get(file.id)).id).toBe(file.id);
    await scope.documents.purge(other);
    await expect(scope.files.get(file.id)).rejects.toMatchObject({ code: 'AQF_FILE_NOT_FOUND' });
  });
});

/** What triggers keep beside the rows. */
async function figures(layer: DataLayer) {
  const { rows } = await layer.system('test').query(`
    select (select jsonb_agg(jsonb_build_array(entries, total_length) order by collection_id) from aquifer.lexical_statistics) as words,
           (select jsonb_agg(vectors order by id) from aquifer.vector_spaces) as spaces,
           (select count(*)::int from aquifer.vectors) as vectors,
           (select count(*)::int from aquifer.vector_signatures) as signs`);
  return rows;
}

function checkIndex(layer: DataLayer) {
  return layer.system('test').transaction(async (tx) => {
    await tx.query(`select set_config('aquifer.tenant_id', 'acme', true)`);
    await expectConsistentIndex(tx);
  });
}
