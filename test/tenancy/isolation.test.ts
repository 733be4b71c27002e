import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrizzleQueryError } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAquiferError } from '../../src/errors/index.js';
import type { DataLayer, Scope } from '../../src/layer/index.js';
import { SEARCH_MODES } from '../../src/search/index.js';
import type { WriteBehind } from '../../src/write-behind/index.js';
import { HOSTILE_TEXTS, WRONG_KINDS } from '../support/hostile-values.js';
import { openLayer } from '../support/layer.js';
import { publicMembers } from '../support/public-members.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import {
  ALICE,
  BOB,
  QUESTION,
  revealed,
  SHARED_SOURCE,
  storeTwoTenants,
  type TwoTenants,
} from '../support/two-tenants.js';
import { notes, storeNotes, WALKED_ENTITIES } from '../support/walked-entities.js';
import { everythingOf, OPERATOR, WALK } from './walk.js';

let folder: string;
let file: string;
let layer: DataLayer;
let tenants: TwoTenants;
let alice: Scope;
let bob: Scope;
let aliceRows: string[];
let queue: WriteBehind<string>;

beforeAll(async () => {
  folder = makeTempDir();
  file = join(folder, 'note.md');
  writeFileSync(file, '# Note\n\nA note about travel.');
  layer = await openLayer(join(folder, 'data'), { entities: WALKED_ENTITIES });
  tenants = await storeTwoTenants(layer);
  ({ alice, bob } = tenants);
  aliceRows = await storeNotes(alice, 'hushed');
  tenants = { ...tenants, secrets: [...tenants.secrets, ...aliceRows] };
  await storeNotes(bob, 'nettlewood');
  // Flushed so late that it is all there at the end.
  const later = { waitMs: 600_000, maxWaitMs: 600_000, closeTimeoutMs: 0, flush: async () => undefined };
  queue = layer.writeBehind<string>({ name: 'walk', ...later });
  for (const key of cachedByAlice().keys()) await alice.writeBehind(queue).put(key, 'hushed written');
  await alice.cache.setMany(cachedByAlice(), { ttl: '1h', tags: ['walk'] });
});
afterAll(async () => {
  await layer.close();
  await removeTempDir(folder);
});

/** Under every key and tag that Bob will try. */
function cachedByAlice(): Map<string, string> {
  const keys = ['walked', ...HOSTILE_TEXTS.filter(isStorable)];
  return new Map(keys.map((key) => [key, 'hushed cached']));
}

/** PostgreSQL has no text with a NUL. */
function isStorable(text: string): boolean {
  return text !== '' && text.isWellFormed() && text.length < 500 && !text.includes('\0');
}

/** These end the layer; the last test calls them. */
const ENDINGS = ['layer.close', `layer.${String(Symbol.asyncDispose)}`];

describe('one tenant', () => {
  test('is walked through every public member of the layer and its scopes', () => {
    const members = [
      ...publicMembers('layer', layer),
      ...publicMembers('scope', bob),
      ...publicMembers('repository', bob.repository(notes), ['repository.entity']),
      ...publicMembers('cache', bob.cache),
    ];
    expect([...Object.keys(WALK), ...OPERATOR, ...ENDINGS].sort()).toEqual(members.sort());
  });

  test.each(Object.entries(WALK))(
    'learns nothing of another through %s, and hostile values end as results or coded errors',
    async (_, calls) => {
      const stored = await bob.documents.list();
      const ofAlice = [
        ...tenants.aliceIds.slice(0, 2),
        ...aliceRows.slice(0, 3),
        'vermilion/falconridge-1.md',
        'zanzibarium',
        'hushed 1',
        'hushed secret',
      ];
      for (const value of [...HOSTILE_TEXTS, ...WRONG_KINDS, ...ofAlice]) {
        for (const call of calls({ layer, bob, file, queue }, value as never))
          expectDiscreet(await outcomeOf(call), value);
      }
      const added = (await bob.documents.list({ limit: 1000 })).filter(
        (now) => !stored.some(({ id }) => id === now.id),
      );
      for (const { id } of added) await bob.documents.delete(id);
      for (const { name } of await bob.collections.list()) {
        if (name !== 'default') await bob.collections.delete(name);
      }
    },
  );

  test('would be caught: what Alice herself is shown is full of her secrets', async () => {
    const [listed, found] = await Promise.all([alice.documents.list({ limit: 1 }), alice.search(QUESTION)]);
    const refused = await outcomeOf(() => alice.documents.get('zanzibarium'));
    for (const outcome of [listed, found, refused]) {
      expect(revealed(tenants.secrets, outcome, undefined)).not.toEqual([]);
    }
  });

  test('has lost and gained nothing by all that another tried', async () => {
    expect(await alice.documents.count()).toEqual({ documents: 41, chunks: 41 });
    const { rows } = await alice.repository(notes).findMany({ includeDeleted: true });
    expect(rows.map(({ id }) => id).sort()).toEqual(aliceRows.slice(1).sort());
    for (const { title, createdBy } of rows)
      expect([title, createdBy]).toEqual([expect.stringMatching(/^hushed/), ALICE.actorId]);
    expect((await alice.audit.verify()).intact).toBe(true);
    const documents = await alice.documents.list();
    expect(documents.map(({ id }) => id)).toEqual(tenants.aliceIds);
    for (const { title, metadata, createdBy, updatedBy } of documents) {
      expect(title).toMatch(/^Amaranth/);
      expect(metadata).toMatchObject({ sablekey: 'quillfeather' });
      expect([createdBy, updatedBy]).toEqual([ALICE.actorId, ALICE.actorId]);
    }
    const cached = cachedByAlice();
    const written = await alice.writeBehind(queue).getMany([...cached.keys()]);
    expect(new Set(written.values())).toEqual(new Set(['hushed written']));
    expect(written.size).toBe(cached.size);
    // Copies are passed over while it is not certain that every change was heard of.
    await vi.waitFor(async () => expect(await alice.cache.getMany([...cached.keys()])).toEqual(cached));
    expect(await alice.search('zanzibarium', { mode: 'lexical', limit: 100 })).toHaveLength(41);
    expect(await bob.search('nettlewood', { mode: 'lexical' })).toHaveLength(2);
  });

  test('counts, lists and finds only its own', async () => {
    expect(await bob.documents.count()).toEqual({ documents: 3, chunks: 3 });
    const sources = (await bob.documents.list()).map(({ source }) => source);
    expect(sources).toEqual(['bob/canteen.md', 'bob/travel.md', SHARED_SOURCE]);
    for (const mode of SEARCH_MODES) {
      const found = await bob.search(QUESTION, { mode, limit: 1000 });
      expect(found.length).toBeGreaterThan(0);
      expect(sources).toEqual(expect.arrayContaining(found.map(({ source }) => source)));
    }
    expect(await bob.search('zanzibarium falconridge', { mode: 'lexical' })).toEqual([]);
    expect(await bob.search(QUESTION, { filter: { owner: 'quillfeather' } })).toEqual([]);
  });

  test('cannot read or delete a document by guessing its id', async () => {
    for (const id of tenants.aliceIds) {
      const { documents } = bob;
      const attempts = [() => documents.get(id), () => documents.chunks(id), () => documents.delete(id)];
      for (const attempt of attempts) {
        await expect(attempt()).rejects.toMatchObject({ code: 'AQF_DOCUMENT_NOT_FOUND' });
      }
    }
    expect((await alice.documents.count()).documents).toBe(41);
  });

  test('gets the same answer for an id of another as for one that nobody has', async () => {
    const [theirs = ''] = tenants.aliceIds;
    const nobodys = '00000000-0000-4000-8000-000000000000';
    const shapeOf = async (id: string) =>
      JSON.stringify(await bob.documents.get(id).catch((error) => error)).replaceAll(id, '<id>');
    expect(await shapeOf(theirs)).toBe(await shapeOf(nobodys));
  });

  test('makes a document of its own at a source that another has', async () => {
    const [theirs] = await alice.documents.list({ limit: 1, after: 'vermilion/falconridge-6.md' });
    const source = theirs?.source ?? '';
    const made = await bob.documents.ingest({ source, text: 'A text of Bob.' });
    expect(made.status).toBe('added');
    expect(tenants.aliceIds).not.toContain(made.documentId);
    expect((await alice.documents.get(theirs?.id ?? '')).content).toContain('zanzibarium');
    await bob.documents.delete(made.documentId);
    expect((await alice.documents.get(theirs?.id ?? '')).content).toContain('zanzibarium');
  });

  test('prunes nothing of another, and is not told of it', async () => {
    const folderOfBoth = join(folder, 'both');
    mkdirSync(folderOfBoth);
    const gone = join(folderOfBoth, 'falconridge.md');
    writeFileSync(gone, 'A file about zanzibarium.');
    await alice.documents.ingestFiles([folderOfBoth]);
    rmSync(gone);
    const seen: unknown[] = [];
    const result = await bob.documents.ingestFiles([folderOfBoth], {
      prune: true,
      onProgress: (step) => seen.push(step),
    });
    expect(result.pruned).toBe(0);
    expectDiscreet([result, seen], undefined);
    expect((await alice.documents.ingestFiles([folderOfBoth], { prune: true })).pruned).toBe(1);
  });

  test.each(SEARCH_MODES)('has %s scores that do not move when another writes and deletes', async (mode) => {
    const before = await bob.search(QUESTION, { mode });
    const written = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        alice.documents.ingest({
          source: `more-${at}`,
          text: `${QUESTION} Travel policy ${at}. Journeys abroad.`,
        }),
      ),
    );
    expect(await bob.search(QUESTION, { mode })).toEqual(before);
    for (const { documentId } of written) await alice.documents.delete(documentId);
    expect(await bob.search(QUESTION, { mode })).toEqual(before);
  });

  test('is never mixed up with another when both work at the same time', async () => {
    const rounds = await Promise.all(
      Array.from({ length: 20 }, async () => ({
        ofAlice: await Promise.all([alice.search(QUESTION), alice.documents.count(), alice.documents.list()]),
        ofBob: await Promise.all([bob.search(QUESTION), bob.documents.count(), bob.documents.list()]),
      })),
    );
    for (const { ofAlice, ofBob } of rounds) {
      expect(ofAlice[1].documents).toBe(41);
      expect(ofBob[1].documents).toBe(3);
      expectDiscreet(ofBob, undefined);
    }
  });

  test.each([
    'hushed-acme ',
    ' hushed-acme',
    'Hushed-Acme',
    'hushed-acme\u0000',
    'hushed-acme\n',
    'hushed\u2010acme',
    'hushed-аcme',
    'ｈushed-acme',
    "hushed-acme' or 'a'='a",
    'bob,hushed-acme',
    'hushed-acm_',
    'hushed-acme/x',
  ])('is not reached by a tenant id that merely looks like it: %j', async (tenantId) => {
    expect(await outcomeOf(() => everythingOf(layer, { tenantId }))).not.toMatchObject({
      value: { documents: 41 },
    });
    const outcome = await outcomeOf(() => layer.scope({ tenantId }).search('zanzibarium'));
    expect(outcome.value ?? []).toEqual([]);
  });
});

describe('a scope', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    [{ tenantId: undefined }],
    [{ tenantId: null }],
    [{ tenantId: '' }],
    [''],
  ])('is refused without a tenant: %j', (options) => {
    expect(() => layer.scope(options as never)).toThrow(
      expect.objectContaining({ code: 'AQF_SCOPE_MISSING' }),
    );
  });

  test.each([
    [{ tenantId: 7 }],
    [{ tenantId: ['bob'] }],
    [{ tenantId: { toString: () => 'bob' } }],
    [{ tenantId: '-bob' }],
    [{ tenantId: 'b b' }],
    [{ tenantId: 'b'.repeat(129) }],
    [{ ...BOB, actorId: '' }],
    [{ ...BOB, roles: 'admin' }],
    [{ ...BOB, roles: ['a,b'] }],
    [{ ...BOB, tenantID: 'x' }],
  ])('is refused with a malformed option: %j', (options) => {
    expect(() => layer.scope(options as never)).toThrow(
      expect.objectContaining({ code: 'AQF_ARGUMENT_INVALID' }),
    );
  });

  test('outlives its layer only to say that it is closed', async () => {
    await layer.close();
    await layer[Symbol.asyncDispose]();
    for (const attempt of [
      () => bob.search(QUESTION),
      () => bob.documents.count(),
      () => bob.documents.ingest({ source: 'late', text: 'late' }),
      () => bob.documents.ingestFiles([file]),
      () => layer.scope(BOB),
    ]) {
      const { error } = await outcomeOf(attempt);
      expect(error).toMatchObject({ code: 'AQF_LAYER_CLOSED' });
      expectDiscreet({ error }, undefined);
    }
  });
});

interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

async function outcomeOf(call: () => unknown): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

/** What Bob was given tells nothing of Alice; what he did wrong has a code that says so. */
function expectDiscreet(outcome: Outcome | readonly unknown[], given: unknown): void {
  expect(revealed(tenants.secrets, outcome, given)).toEqual([]);
  const error = 'error' in outcome ? withoutDrizzle(outcome.error) : undefined;
  if (error === undefined) return;
  expect(isAquiferError(error), (error as Error).stack).toBe(true);
  expect(error, String(error)).not.toMatchObject({ status: 500 });
}

/** Drizzle wraps what a statement throws. */
function withoutDrizzle(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}
