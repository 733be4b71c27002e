import { createHash } from 'node:crypto';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type FileDependencies,
  Files,
  fileSpace,
  LocalFileStore,
  sweepFiles,
} from '../../src/files/index.js';
import type { RelationalProvider } from '../../src/relational/index.js';
import { describeOnEachDatabase, type OpenedDatabase } from '../support/each-database.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const text = (content: string) => [Buffer.from(content)];

await describeOnEachDatabase('files of a tenant', (open) => {
  let database: OpenedDatabase;
  let relational: RelationalProvider;
  let folder: string;
  let store: LocalFileStore;
  let deps: FileDependencies;
  let alice: Files;
  let bob: Files;
  const of = (tenantId: string) =>
    new Files(deps, { kind: 'tenant', tenantId, actorId: `${tenantId}-actor` });

  beforeAll(async () => {
    database = await open();
    relational = database.provider;
    folder = makeTempDir();
    store = await LocalFileStore.open(folder);
    deps = { relational, store: async () => store };
    alice = of('alice/../..');
    bob = of('bob');
  });
  afterAll(async () => {
    await database.dispose();
    await removeTempDir(folder);
  });

  const stored = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => /[0-9a-f]{64}$/.test(name)).sort();
  const incoming = () => readdir(join(folder, 'incoming'));

  it('gives back the bytes it was given, with their digest and what was said of them', async () => {
    const file = await alice.put(text('Wasser fließt.'), {
      name: 'a.txt',
      mediaType: 'text/plain',
      purpose: 'test',
    });
    const sha256 = createHash('sha256').update('Wasser fließt.').digest('hex');
    expect(file).toMatchObject({
      name: 'a.txt',
      mediaType: 'text/plain',
      purpose: 'test',
      bytes: 15,
      sha256,
    });
    expect(file.createdBy).toBe('alice/../..-actor');
    const { content } = await alice.open(file.id);
    expect((await buffer(content)).toString()).toBe('Wasser fließt.');
    expect(await alice.get(file.id)).toEqual(file);
    await alice.delete(file.id);
  });

  it('keeps a content once for a tenant, and until the last file that has it is deleted', async () => {
    const [one, other] = await Promise.all([
      alice.put(text('same'), { name: 'one' }),
      alice.put(text('same'), { name: 'other' }),
    ]);
    const foreign = await bob.put(text('same'), { name: 'mine' });
    expect(await stored()).toHaveLength(2);
    await alice.delete(one.id);
    expect((await buffer((await alice.open(other.id)).content)).toString()).toBe('same');
    await alice.delete(other.id);
    expect(await stored()).toHaveLength(1);
    expect((await buffer((await bob.open(foreign.id)).content)).toString()).toBe('same');
    await bob.delete(foreign.id);
    expect(await stored()).toEqual([]);
  });

  it('puts no tenant id into a path', async () => {
    const file = await alice.put(text('x'), { name: '../../../etc/passwd' });
    expect(await stored()).toEqual([join(fileSpace('alice/../..'), file.sha256.slice(0, 2), file.sha256)]);
    await alice.delete(file.id);
  });

  it('shows a file to nobody else, whatever they do with its id', async () => {
    const file = await alice.put(text('secret'), { name: 's' });
    const refused = { code: 'AQF_FILE_NOT_FOUND' };
    await expect(bob.get(file.id)).rejects.toMatchObject(refused);
    await expect(bob.open(file.id)).rejects.toMatchObject(refused);
    await expect(bob.delete(file.id)).rejects.toMatchObject(refused);
    await expect(bob.get('../x')).rejects.toMatchObject(refused);
    expect(await bob.list({ after: file.id })).toEqual([]);
    expect(await alice.get(file.id)).toEqual(file);
    await alice.delete(file.id);
  });

  it('lists in pages, either way round', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      ids.push((await bob.put(text(name), { name, purpose: 'p' })).id);
    const first = await bob.list({ limit: 2, purpose: 'p' });
    const next = await bob.list({ limit: 2, purpose: 'p', after: first[1]?.id });
    expect([...first, ...next].map(({ name }) => name)).toEqual(['e', 'd', 'c', 'b']);
    const oldest = await bob.list({ order: 'oldest', after: ids[1] });
    expect(oldest.map(({ name }) => name)).toEqual(['c', 'd', 'e']);
    expect(await bob.list({ purpose: 'other' })).toEqual([]);
    for (const id of ids) await bob.delete(id);
  });

  it('leaves nothing behind when the stream fails, or is too long', async () => {
    async function* cut() {
      yield Buffer.alloc(100_000);
      throw new Error('cut');
    }
    await expect(alice.put(cut(), { name: 'x' })).rejects.toThrow('cut');
    await expect(alice.put([Buffer.alloc(11)], { name: 'x', maxBytes: 10 })).rejects.toMatchObject({
      code: 'AQF_BODY_TOO_LARGE',
    });
    await expect(alice.put(text('x'), { name: ' ' })).rejects.toMatchObject({ code: 'AQF_ARGUMENT_INVALID' });
    await expect(alice.put(text('x'), { name: 'x', mediaType: 'text/html\r\nx: y' })).rejects.toMatchObject({
      code: 'AQF_ARGUMENT_INVALID',
    });
    expect(await incoming()).toEqual([]);
    expect(await stored()).toEqual([]);
    expect(await alice.list()).toEqual([]);
  });

  it('does not find a file that has expired, and maintenance removes it with what nobody refers to', async () => {
    const old = new Date(Date.now() - 7_200_000);
    const expired = await alice.put(text('over'), { name: 'x', expiresAt: old });
    const kept = await alice.put(text('kept'), { name: 'y' });
    await expect(alice.get(expired.id)).rejects.toMatchObject({ code: 'AQF_FILE_NOT_FOUND' });
    const begun = await store.receive(text('begun'));
    for (const name of await stored()) await utimes(join(folder, name), old, old);
    for (const name of await incoming()) await utimes(join(folder, 'incoming', name), old, old);
    expect(await sweepFiles(relational, store)).toBe(2);
    expect(await stored()).toHaveLength(1);
    expect(await incoming()).toEqual([]);
    await begun.discard();
    expect((await buffer((await alice.open(kept.id)).content)).toString()).toBe('kept');
    await alice.delete(kept.id);
  });

  it('leaves what is young to whoever is about to keep it', async () => {
    const begun = await store.receive(text('young'));
    await sweepFiles(relational, store);
    expect(await incoming()).toHaveLength(1);
    await begun.discard();
  });

  it('says that the bytes are on another machine', async () => {
    const file = await alice.put(text('here'), { name: 'x' });
    const elsewhere = makeTempDir();
    const other = await LocalFileStore.open(elsewhere);
    const there = new Files(
      { relational, store: async () => other },
      { kind: 'tenant', tenantId: 'alice/../..' },
    );
    await expect(there.open(file.id)).rejects.toMatchObject({
      code: 'AQF_FILE_STORE_UNAVAILABLE',
      message: expect.stringContaining('not on this machine'),
    });
    await removeTempDir(elsewhere);
    await alice.delete(file.id);
  });

  it('has the same name for its folder whoever opens it', async () => {
    const again = await Promise.all([LocalFileStore.open(folder), LocalFileStore.open(folder)]);
    expect(again.map(({ id }) => id)).toEqual([store.id, store.id]);
    expect(`local:${(await readFile(join(folder, 'id'), 'utf8')).trim()}`).toBe(store.id);
  });
});
