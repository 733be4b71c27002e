import type { DataLayer, Scope } from '../../src/layer/index.js';
import { SEARCH_MODES } from '../../src/search/index.js';
import type { ScopeOptions } from '../../src/tenancy/index.js';
import { BOB, QUESTION } from '../support/two-tenants.js';

/** What the walk goes through. */
export interface Walker {
  readonly layer: DataLayer;
  readonly bob: Scope;
  /** A file that can be ingested. */
  readonly file: string;
}

/**
 * How Bob uses a public member with a value that he made up. The value may be of any kind, as in JavaScript;
 * it is typed so that it may stand everywhere.
 */
type Calls = (walker: Walker, value: never) => readonly (() => unknown)[];

/** By public member, as `publicMembers` names them. */
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
  'scope.documents.list': ({ bob: { documents } }, value) => [
    () => documents.list(value),
    () => documents.list({ after: value }),
    () => documents.list({ limit: value }),
  ],
  'scope.documents.get': ({ bob: { documents } }, value) => [() => documents.get(value)],
  'scope.documents.chunks': ({ bob: { documents } }, value) => [() => documents.chunks(value)],
  'scope.documents.delete': ({ bob: { documents } }, value) => [() => documents.delete(value)],
  'scope.documents.count': ({ bob: { documents } }) => [() => documents.count()],
};

/** What a scope shows of its tenant without a question. */
export async function everythingOf(layer: DataLayer, options: ScopeOptions): Promise<unknown> {
  const { documents } = layer.scope(options);
  return { ...(await documents.count()), list: await documents.list() };
}

/** `__proto__` is a key like any other here. */
function ownKey(key: unknown): Record<string, string> {
  return Object.fromEntries([[textOf(key), 'quillfeather']]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value;
}
