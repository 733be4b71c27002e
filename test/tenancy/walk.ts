import { isAquiferError } from '../../src/errors/index.js';
import type { DataLayer, Scope } from '../../src/layer/index.js';
import type { FollowOptions } from '../../src/live/index.js';
import { SEARCH_MODES } from '../../src/search/index.js';
import type { ScopeOptions } from '../../src/tenancy/index.js';
import type { WriteBehind } from '../../src/write-behind/index.js';
import { BOB, QUESTION } from '../support/two-tenants.js';
import { drizzleStatement, notes } from '../support/walked-entities.js';

/** What the walk goes through. */
export interface Walker {
  readonly layer: DataLayer;
  readonly bob: Scope;
  /** A file that can be ingested. */
  readonly file: string;
  readonly queue: WriteBehind<string>;
}

/**
 * How Bob uses a public member with a value that he made up. The value may be of any kind, as in JavaScript;
 * it is typed so that it may stand everywhere.
 */
type Calls = (walker: Walker, value: never) => readonly (() => unknown)[];

/** A vector of the length that the layer's model has. */
const PROBE = new Float32Array(512).fill(1 / Math.sqrt(512));

/** By public member, as `publicMembers` names them. */
const THIRD = { tenantId: 'third' };

/** Doors of the operator, who works for all tenants: no scope leads to them. */
export const OPERATOR = [
  // Figures of the process, no data of anybody.
  'cache.stats',
  'layer.authenticator',
  'layer.cacheStats',
  'layer.embedding',
  'layer.embedding.backlog',
  'layer.embedding.changeModel',
  'layer.embedding.close',
  'layer.embedding.failures',
  'layer.embedding.requeue',
  'layer.embedding.start',
  'layer.embedding.startIfNeeded',
  'layer.embedding.startIfWanted',
  'layer.events',
  // Declarations and figures of the installation; what it shows of tenants, test/server walks.
  'layer.entities',
  'layer.installation',
  'layer.installation.indexes',
  'layer.installation.outbox',
  'layer.installation.plan',
  'layer.installation.replicas',
  'layer.installation.slow',
  'layer.installation.slow.list',
  'layer.installation.slow.observe',
  'layer.installation.slow.onSlow',
  'layer.installation.slow.sent',
  'layer.installation.slow.slowMs',
  'layer.keys',
  'layer.keys.destroy',
  'layer.keys.reencrypt',
  'layer.keys.reopen',
  'layer.keys.rotate',
  'layer.knowledgeFigures',
  'layer.maintain',
  'layer.metrics',
  'layer.pool',
  'layer.rateBuckets',
  // Begins work that belongs to no tenant.
  'layer.startWork',
  'layer.system',
  'layer.tenants',
  'layer.tenants.create',
  'layer.tenants.get',
  'layer.tenants.list',
  'layer.tenants.resume',
  'layer.tenants.suspend',
  'layer.writeBehind',
];

export const WALK: Readonly<Record<string, Calls>> = {
  'layer.config': ({ layer }) => [() => layer.config],
  'layer.embeddingModel': ({ layer }) => [() => layer.embeddingModel],
  'layer.health': ({ layer }) => [() => layer.health()],
  'layer.scope': ({ layer }, value) => [
    () => everythingOf(layer, value),
    () => everythingOf(layer, { tenantId: value }),
    () => everythingOf(layer, { ...BOB, actorId: value }),
    () => everythingOf(layer, { ...BOB, roles: [value] }),
  ],
  'scope.apiKeys': ({ bob }) => [() => bob.apiKeys.list()],
  // Of a third tenant, or Bob's own list would show him later what he made up now.
  'scope.apiKeys.create': ({ layer }, value) => [
    () => layer.scope(THIRD).apiKeys.create(value),
    () => layer.scope(THIRD).apiKeys.create({ name: value }),
    () => layer.scope(THIRD).apiKeys.create({ name: 'walk', roles: [value] }),
    () => layer.scope(THIRD).apiKeys.create({ name: 'walk', permissions: [value] }),
    () => layer.scope(THIRD).apiKeys.create({ name: 'walk', expiresAt: value }),
  ],
  'scope.apiKeys.get': ({ bob: { apiKeys } }, value) => [() => apiKeys.get(value)],
  'scope.apiKeys.list': ({ bob: { apiKeys } }) => [() => apiKeys.list()],
  'scope.apiKeys.revoke': ({ bob: { apiKeys } }, value) => [() => apiKeys.revoke(value)],
  'scope.apiKeys.rotate': ({ bob: { apiKeys } }, value) => [
    () => apiKeys.rotate(value),
    () => apiKeys.rotate('unknown', value),
  ],
  'scope.audit': ({ bob }) => [() => bob.audit.list({ limit: 1000 })],
  // Of a third tenant, or Bob's own audit would show him later what he made up now.
  'scope.audit.log': ({ layer }, value) => [
    () => layer.scope(THIRD).audit.log(value),
    () => layer.scope(THIRD).audit.log('walk', value),
    () => layer.scope(THIRD).audit.log('walk', { entity: value, rowId: value, result: value }),
    () => layer.scope(THIRD).audit.log('walk', { details: value }),
  ],
  'scope.audit.list': ({ bob: { audit } }, value) => [
    () => audit.list(value),
    () => audit.list({ entity: value }),
    () => audit.list({ rowId: value }),
    () => audit.list({ actorId: value }),
    () => audit.list({ action: value }),
    () => audit.list({ after: value }),
    () => audit.list({ since: value }),
    () => audit.list({ limit: value }),
  ],
  'scope.audit.verify': ({ bob: { audit } }, value) => [
    () => audit.verify(value),
    () => audit.verify({ seq: value, digest: value }),
    () => audit.verify({ seq: '1', digest: value }),
  ],
  'scope.follow': ({ bob }, value) => [
    () => followed(bob, value),
    () => followed(bob, { entity: value }),
    () => followed(bob, { operations: value }),
    () => followed(bob, { operations: [value] }),
    () => followed(bob, { position: value }),
    () => followed(bob, { signal: value }),
  ],
  'scope.figures': ({ bob }) => [() => bob.figures],
  'scope.figures.stored': ({ bob: { figures } }) => [() => figures.stored()],
  'scope.figures.backlog': ({ bob: { figures } }) => [() => figures.backlog()],
  'scope.figures.failures': ({ bob: { figures } }, value) => [
    () => figures.failures(value),
    () => figures.failures({ after: value }),
    () => figures.failures({ limit: value }),
  ],
  'scope.writeBehind': ({ bob, queue }, value) => [
    () => bob.writeBehind(value),
    () => bob.writeBehind(queue).put(value, 'mine'),
    () => bob.writeBehind(queue).put('walked', value),
    () => bob.writeBehind(queue).get(value),
    () => bob.writeBehind(queue).getMany([value]),
    () => bob.writeBehind(queue).deadLetters.list(value),
    () => bob.writeBehind(queue).deadLetters.requeue(value),
    () => bob.writeBehind(queue).deadLetters.discard(value),
  ],
  'scope.cache': ({ bob }) => [() => bob.cache],
  'cache.get': ({ bob: { cache } }, value) => [
    () => cache.get(value),
    () => cache.namespace(value).get(value),
  ],
  'cache.peek': ({ bob: { cache } }, value) => [() => cache.peek(value)],
  'cache.has': ({ bob: { cache } }, value) => [() => cache.has(value)],
  'cache.memo': ({ bob: { cache } }, value) => [
    () => cache.memo(value, '1m', () => 'mine'),
    () => cache.memo('walked', value, () => 'mine'),
    () => cache.memo('walked', { tags: [value] }, () => value),
  ],
  'cache.getMany': ({ bob: { cache } }, value) => [() => cache.getMany(value), () => cache.getMany([value])],
  'cache.memoMany': ({ bob: { cache } }, value) => [
    () => cache.memoMany([value], '1m', (keys) => Object.fromEntries(keys.map((key) => [key, 'mine']))),
    () => cache.memoMany(value, '1m', () => ({})),
  ],
  'cache.set': ({ bob: { cache } }, value) => [
    () => cache.set(value, 'mine'),
    () => cache.set('walked', value),
    () => cache.set('walked', 'mine', value),
  ],
  'cache.setMany': ({ bob: { cache } }, value) => [
    () => cache.setMany([[value, 'mine']]),
    () => cache.setMany(ownKey(value)),
    () => cache.setMany(value),
  ],
  'cache.delete': ({ bob: { cache } }, value) => [() => cache.delete(value), () => cache.delete([value])],
  'cache.invalidateTags': ({ bob: { cache } }, value) => [() => cache.invalidateTags(value)],
  'cache.clear': ({ bob: { cache } }) => [() => cache.clear()],
  'cache.namespace': ({ bob: { cache } }, value) => [
    () => cache.namespace(value).get('k'),
    () => cache.namespace('..').namespace(value).clear(),
    () => cache.namespace('n', value).get('k'),
  ],
  'scope.drizzle': ({ bob }, value) => [
    () => bob.drizzle.execute(drizzleStatement(textOf(value))),
    () => bob.drizzle.select().from(notes.table).limit(10),
  ],
  'scope.position': ({ bob }) => [() => bob.position],
  'scope.query': ({ bob }, value) => [
    () => bob.query('select * from walked_notes where title = $1', [value]),
    () => bob.query('select * from walked_notes where id::text = $1::text', [value]),
  ],
  'scope.queryRaw': ({ bob }, value) => [
    () => bob.queryRaw({ text: 'select * from walked_notes where title = $1', values: [value] }),
    () => bob.queryRaw({ text: 'select * from walked_notes', name: value }),
    () => bob.queryRaw({ text: 'select * from walked_notes limit 10' }, value),
  ],
  'scope.repository': ({ bob }, value) => [() => bob.repository(value)],
  'scope.transaction': ({ bob }, value) => [
    () => bob.transaction((session) => session.repository(notes).findById(value)),
    () => bob.transaction((session) => session.repository(notes).findMany(), value),
  ],
  'scope.versions': ({ bob }, value) => [
    () => bob.versions(value, value).list(),
    () => bob.versions(notes, value).list(),
    () => bob.versions(notes, value).at(value),
    () => bob.versions(notes, value).revert(1),
    () => bob.versions(notes, value).branches(),
    () => bob.versions(notes, value).createBranch(value),
    () => bob.versions(notes, value).branch('draft').read(),
    () => bob.versions(notes, value).branch('draft').merge(value),
    () => bob.versions(value, '00000000-0000-4000-8000-000000000000').createBranch('draft'),
  ],
  'scope.tenantId': ({ bob }) => [() => bob.tenantId],
  'scope.documents': ({ bob }) => [() => bob.documents],
  'scope.search': ({ bob }, value) => [
    ...SEARCH_MODES.map((mode) => () => bob.search(value, { mode })),
    () => bob.search(QUESTION, value),
    () => bob.search(QUESTION, { mode: value }),
    () => bob.search(QUESTION, { limit: value }),
    () => bob.search(QUESTION, { filter: value }),
    () => bob.search(QUESTION, { filter: { owner: value } }),
    () => bob.search(QUESTION, { filter: ownKey(value) }),
  ],
  'scope.retrieve': ({ bob }, value) => [
    () => bob.retrieve(value),
    () => bob.retrieve(QUESTION, value),
    () => bob.retrieve(QUESTION, { tokens: value }),
    () => bob.retrieve(QUESTION, { filter: ownKey(value) as never }),
  ],
  // No chat model is configured: it ends before anything is asked.
  'scope.answer': ({ bob }, value) => [
    () => bob.answer(value).catch(unlessUnconfigured),
    () => bob.answer(QUESTION, value).catch(unlessUnconfigured),
  ],
  'scope.embed': ({ bob }, value) => [() => bob.embed(value), () => bob.embed(['x'], { model: value })],
  'scope.embeddingUsage': ({ bob }, value) => [
    () => bob.embeddingUsage(value),
    () => bob.embeddingUsage({ since: value }),
  ],
  'scope.entity': ({ bob }, value) => [
    () => bob.entity(value).search(QUESTION),
    () => bob.entity(notes).search(value),
    () => bob.entity(notes).search(QUESTION, value),
    () => bob.entity(notes).search(QUESTION, { where: value }),
    () => bob.entity(notes).search(QUESTION, { where: { title: value } }),
    () => bob.entity(notes).search(QUESTION, { select: [value], limit: 50 }),
    ...SEARCH_MODES.map((mode) => () => bob.entity(notes).search(textOf(value), { mode })),
  ],
  'scope.vectors': ({ bob }, value) => [
    () => bob.vectors(value).count(),
    () => bob.vectors('kb', value).count(),
    () => bob.vectors('kb', { model: value }).query(PROBE, { topK: 10 }),
    () => bob.vectors('kb', { dimensions: value, metric: value }).stats(),
    () => bob.vectors('kb').query(value, { topK: 10 }),
    () => bob.vectors('kb').query(PROBE, value),
    () => bob.vectors('kb').query(PROBE, { topK: 10, filter: value }),
    () => bob.vectors('kb').query(PROBE, { topK: 10, filter: ownKey(value) as never }),
    () => bob.vectors('kb').get([value]),
    () => bob.vectors('kb').get(value),
    () => bob.vectors('kb').delete(value),
    () => bob.vectors('kb').delete({ ids: [value] }),
    () => bob.vectors('kb').delete({ documentIds: value }),
    () => bob.vectors('kb').delete({ filter: ownKey(value) as never }),
    () => bob.vectors('kb').upsert(value),
    () =>
      bob
        .vectors('kb')
        .upsert([{ id: value, documentId: value, text: value, metadata: value, embedding: PROBE }]),
    () => bob.vectors('kb').count(value),
    () => firstOf(bob.vectors('kb').scan(value)),
    () => firstOf(bob.vectors('kb').scan({ after: value })),
    () => bob.vectors('kb').buildIndex(value),
  ],
  'scope.collection': ({ bob }, value) => [
    () => bob.collection(value).search(QUESTION),
    () => bob.collection(value).documents.list(),
    () => bob.collection(value).documents.count(),
    () => bob.collection(value).documents.ingest({ source: 'walk', text: 'walk' }),
    () => bob.collection('default').retrieve(value),
    () => bob.collection('default').search(value, value),
  ],
  'scope.collections': ({ bob }) => [() => bob.collections],
  'scope.collections.list': ({ bob: { collections } }) => [() => collections.list()],
  'scope.collections.get': ({ bob: { collections } }, value) => [() => collections.get(value)],
  'scope.collections.create': ({ bob: { collections } }, value) => [
    () => collections.create(value),
    () => collections.create({ name: value }),
    () => collections.create({ name: 'walked', language: value, model: value }),
    () => collections.create({ name: 'walked', chunking: value, readers: value, writers: [value] }),
  ],
  'scope.collections.update': ({ bob: { collections } }, value) => [
    () => collections.update(value, {}),
    () => collections.update('default', value),
    () => collections.update('default', { retentionDays: value, chunking: value }),
  ],
  'scope.collections.delete': ({ bob: { collections } }, value) => [() => collections.delete(value)],
  'repository.findRanked': ({ bob }, value) => [
    () => bob.repository(notes).findRanked(value),
    () => bob.repository(notes).findRanked({ request: value, vector: null, limit: 10 }),
    () => bob.repository(notes).findRanked({ request: '{}', vector: value, limit: value }, value),
  ],
  'scope.documents.ingest': ({ bob: { documents } }, value) => [
    () => documents.ingest(value),
    () => documents.ingest({ source: value, text: 'A text about travel.' }),
    () => documents.ingest({ source: 'walk', text: value }),
    () => documents.ingest({ source: 'walk', bytes: value }),
    () => documents.ingest({ source: 'walk', bytes: Buffer.from(textOf(value)) }),
    () => documents.ingest({ source: 'walk', text: 'walk', title: value }),
    () => documents.ingest({ source: 'walk', text: 'walk', metadata: value }),
    () => documents.ingest({ source: 'walk', text: 'walk', metadata: { owner: value } }),
    () => documents.ingest({ source: 'walk', text: 'walk', metadata: ownKey(value) }),
    () => documents.ingest({ source: 'walk', text: 'walk', chunking: value }),
    () => documents.ingest({ source: 'walk', text: 'walk', chunking: { maxTokens: value } }),
  ],
  'scope.documents.ingestFiles': ({ bob: { documents }, file }, value) => [
    () => documents.ingestFiles(value),
    () => documents.ingestFiles([value]),
    () => documents.ingestFiles([file], value),
    () => documents.ingestFiles([file], { prune: value }),
    () => documents.ingestFiles([file], { signal: value }),
    () => documents.ingestFiles([file], { onProgress: value }),
    () => documents.ingestFiles([file], { metadata: value }),
    () => documents.ingestFiles([file], { metadata: ownKey(value) }),
  ],
  'scope.documents.load': ({ bob: { documents } }, value) => [
    () => documents.load(value),
    () => documents.load([value]),
    () => documents.load([{ source: value, title: value, metadata: value, chunks: [{ text: 'walk' }] }]),
    () =>
      documents.load([{ source: 'walk', title: 'walk', chunks: [{ text: value, embedding: value }] }], value),
  ],
  'scope.documents.original': ({ bob: { documents } }, value) => [() => documents.original(value)],
  'scope.documents.purge': ({ bob: { documents } }, value) => [() => documents.purge(value)],
  'scope.documents.reembed': ({ bob: { documents } }, value) => [() => documents.reembed(value)],
  'scope.documents.restore': ({ bob: { documents } }, value) => [() => documents.restore(value)],
  'scope.files': ({ bob }) => [() => bob.files.list()],
  'scope.files.delete': ({ bob: { files } }, value) => [() => files.delete(value)],
  'scope.files.get': ({ bob: { files } }, value) => [() => files.get(value)],
  // Of a third tenant, as is the audit's.
  'scope.files.keep': ({ layer }, value) => [
    async () =>
      layer.scope(THIRD).files.keep(await layer.scope(THIRD).files.receive([Buffer.from('x')]), value),
    async () =>
      layer.scope(THIRD).files.keep(await layer.scope(THIRD).files.receive([Buffer.from('x')]), {
        name: value,
        mediaType: value,
      }),
  ],
  'scope.files.list': ({ bob: { files } }, value) => [
    () => files.list(value),
    () => files.list({ purpose: value }),
    () => files.list({ after: value }),
    () => files.list({ order: value }),
  ],
  'scope.files.open': ({ bob: { files } }, value) => [() => files.open(value)],
  'scope.files.put': ({ layer }, value) => [
    () => layer.scope(THIRD).files.put([Buffer.from('x')], { name: value }),
    () => layer.scope(THIRD).files.put([Buffer.from('x')], { name: 'x', purpose: value }),
    () => layer.scope(THIRD).files.put(value, { name: 'x' }),
    () => layer.scope(THIRD).files.put([Buffer.from('x')], value),
  ],
  'scope.files.receive': ({ bob: { files } }, value) => [() => files.receive(value)],
  'scope.uploads': ({ bob }) => [() => bob.uploads.list()],
  'scope.uploads.add': ({ layer }, value) => [
    () => layer.scope(THIRD).uploads.add(value),
    () => layer.scope(THIRD).uploads.add([value]),
    async () =>
      layer
        .scope(THIRD)
        .uploads.add(
          [{ staged: await layer.scope(THIRD).uploads.receive([Buffer.from('x')]), name: 'x' }],
          value,
        ),
    async () =>
      layer
        .scope(THIRD)
        .uploads.add(
          [{ staged: await layer.scope(THIRD).uploads.receive([Buffer.from('x')]), name: value }],
          { source: value },
        ),
    async () =>
      layer
        .scope(THIRD)
        .uploads.add([{ staged: await layer.scope(THIRD).uploads.receive([Buffer.from('x')]), name: 'x' }], {
          collection: value,
        }),
  ],
  'scope.uploads.check': ({ bob: { uploads } }, value) => [
    () => uploads.check(value, 'x'),
    () => uploads.check({ metadata: value }, value),
  ],
  'scope.uploads.forget': ({ bob: { uploads } }, value) => [() => uploads.forget(value)],
  'scope.uploads.get': ({ bob: { uploads } }, value) => [() => uploads.get(value)],
  'scope.uploads.list': ({ bob: { uploads } }, value) => [
    () => uploads.list(value),
    () => uploads.list({ after: value }),
    () => uploads.list({ status: value }),
  ],
  'scope.uploads.receive': ({ bob: { uploads } }, value) => [() => uploads.receive(value)],
  'scope.documents.list': ({ bob: { documents } }, value) => [
    () => documents.list(value),
    () => documents.list({ after: value }),
    () => documents.list({ limit: value }),
  ],
  'scope.documents.get': ({ bob: { documents } }, value) => [
    () => documents.get(value),
    () => documents.get(value, value),
    () => documents.get(value, { deleted: true }),
  ],
  'scope.documents.chunks': ({ bob: { documents } }, value) => [
    () => documents.chunks(value),
    () => documents.chunks(value, value),
    () => documents.chunks(value, { after: value, limit: value }),
  ],
  'scope.documents.delete': ({ bob: { documents } }, value) => [() => documents.delete(value)],
  'repository.entity': ({ bob }) => [() => bob.repository(notes).entity.name],
  'repository.findById': ({ bob }, value) => [
    () => bob.repository(notes).findById(value),
    () => bob.repository(notes).findById(value, { includeDeleted: true, include: { topic: true } }),
    () => bob.repository(notes).findById(value, value),
  ],
  'repository.findOne': ({ bob }, value) => [
    () => bob.repository(notes).findOne({ where: value }),
    () => bob.repository(notes).findOne({ where: { secret: value } }),
  ],
  'repository.findMany': ({ bob }, value) => [
    () => bob.repository(notes).findMany(value),
    () => bob.repository(notes).findMany({ where: { title: value } }),
    () => bob.repository(notes).findMany({ where: { title: { contains: value } }, includeDeleted: true }),
    () => bob.repository(notes).findMany({ where: ownKey(value) as never }),
    () => bob.repository(notes).findMany({ where: { or: value } }),
    () => bob.repository(notes).findMany({ select: [value] }),
    () => bob.repository(notes).findMany({ orderBy: ownKey(value) as never }),
    () => bob.repository(notes).findMany({ orderBy: { title: value } }),
    () => bob.repository(notes).findMany({ include: value }),
    () => bob.repository(notes).findMany({ after: value }),
    () => bob.repository(notes).findMany({ limit: value }),
  ],
  'repository.stream': ({ bob }, value) => [
    () => firstOf(bob.repository(notes).stream({ where: { topicId: value } })),
    () => firstOf(bob.repository(notes).stream(value)),
  ],
  'repository.count': ({ bob }, value) => [() => bob.repository(notes).count({ where: { topicId: value } })],
  'repository.exists': ({ bob }, value) => [() => bob.repository(notes).exists({ where: { title: value } })],
  'repository.create': ({ bob }, value) => [
    () => bob.repository(notes).create(value),
    () => bob.repository(notes).create({ title: value }),
    () => bob.repository(notes).create({ title: 'x', topicId: value }),
    () => bob.repository(notes).create({ title: 'x', tenantId: value } as never),
    () => bob.repository(notes).create({ title: 'x', ...ownKey(value) } as never),
    () => bob.repository(notes).create({ id: value, title: 'x' }),
  ],
  'repository.createMany': ({ bob }, value) => [
    () => bob.repository(notes).createMany(value),
    () => bob.repository(notes).createMany([{ title: 'x', topicId: value }]),
  ],
  'repository.update': ({ bob }, value) => [
    () => bob.repository(notes).update(value, { title: 'taken' }),
    () => bob.repository(notes).update(value, value),
  ],
  'repository.updateMany': ({ bob }, value) => [
    () => bob.repository(notes).updateMany({ topicId: value }, { title: 'taken' }),
    () => bob.repository(notes).updateMany(value, { title: 'taken' }),
  ],
  'repository.upsert': ({ bob }, value) => [
    () => bob.repository(notes).upsert({ id: value, title: 'mine' }),
    () => bob.repository(notes).upsert({ title: 'mine' }, { on: value }),
  ],
  'repository.delete': ({ bob }, value) => [() => bob.repository(notes).delete(value)],
  'repository.hardDelete': ({ bob }, value) => [() => bob.repository(notes).hardDelete(value)],
  'repository.restore': ({ bob }, value) => [() => bob.repository(notes).restore(value)],
  'repository.tenantId': ({ bob }) => [() => bob.repository(notes).tenantId],
  'repository.transaction': ({ bob }, value) => [
    () => bob.repository(notes).transaction((inner) => inner.findById(value)),
  ],
  'scope.documents.count': ({ bob: { documents } }) => [() => documents.count()],
};

/** What a scope shows of its tenant without a question. */
export async function everythingOf(layer: DataLayer, options: ScopeOptions): Promise<unknown> {
  const { documents } = layer.scope(options);
  return { ...(await documents.count()), list: await documents.list() };
}

async function followed(scope: Scope, options: FollowOptions): Promise<string> {
  await using follower = await scope.follow(options);
  return follower.position;
}

async function firstOf(rows: AsyncIterable<unknown>): Promise<unknown> {
  for await (const row of rows) return row;
  return undefined;
}

/** `__proto__` is a key like any other here. */
function ownKey(key: unknown): Record<string, string> {
  return Object.fromEntries([[textOf(key), 'quillfeather']]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value;
}

function unlessUnconfigured(error: unknown): void {
  if (!isAquiferError(error, 'AQF_CONFIG_INVALID')) throw error;
}
