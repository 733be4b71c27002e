import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tenantContext } from '../../src/tenancy/index.js';
import { openChromaStore } from '../../src/vectors/chroma/index.js';
import type { SpaceMigration } from '../../src/vectors/migrate/index.js';
import type { VectorSpace, VectorStore } from '../../src/vectors/store.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { type CliOptions, cli, cliJson } from '../support/cli.js';
import { migratedDataDir } from '../support/embedded.js';
import { proposalRecords } from '../support/proposals.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const AMOUNT = 40;
const space: VectorSpace = { name: 'passages', model: 'test:model', dimensions: 384, metric: 'cosine' };

/** Each run of the command opens the embedded database anew. */
const SLOW = { timeout: 240_000 };

describe('aquifer vectors migrate', () => {
  test('says what is missing or makes no sense', async () => {
    const without = await cli(['vectors', 'migrate', '--from', 'chromadb', '--to', 'pgvector']);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('AQUIFER_VECTORS_CHROMA_URL') });
    const same = await cli(['vectors', 'migrate', '--from', 'pgvector', '--to', 'pgvector']);
    expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining('must differ') });
    expect((await cli(['vectors', 'migrate', '--from', 'pgvector'])).code).toBe(2);
  });
});

describe.skipIf(!(await serviceAvailable('chroma')))('aquifer vectors migrate, from Chroma', () => {
  const tenantId = randomUUID();
  const context = tenantContext({ tenantId });
  const options: CliOptions = { env: { AQUIFER_VECTORS_CHROMA_URL: serviceUrl('chroma') } };
  const folder = makeTempDir();
  let chroma: VectorStore;
  let args: string[];
  beforeAll(async () => {
    chroma = await openChromaStore({ url: serviceUrl('chroma') });
    await chroma.upsert(context, space, proposalRecords(AMOUNT));
    args = ['--tenant', tenantId, '--data-dir', await migratedDataDir(folder)];
  });
  afterAll(async () => {
    await chroma.deleteTenant(context);
    await removeTempDir(folder);
  });

  const migrate = (from: string, to: string, ...more: string[]) => [
    ...['vectors', 'migrate', '--from', from, '--to', to],
    ...args,
    ...more,
  ];

  test('moves vectors into the embedded database and back', SLOW, async () => {
    const plan = await cli(migrate('chromadb', 'pgvector', '--dry-run'), options);
    expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was written.') });
    const there = await cli(migrate('chromadb', 'pgvector'), options);
    expect(there).toMatchObject({ code: 0, stdout: expect.stringContaining('Both stores hold the same.') });
    expect(there.stderr).toContain('Copying passages of test:model');
    await chroma.delete(context, space, 'all');
    const { spaces } = await cliJson<{ spaces: SpaceMigration[] }>(migrate('pgvector', 'chromadb'), options);
    expect(spaces).toMatchObject([{ copied: AMOUNT, verification: { count: { from: AMOUNT, to: AMOUNT } } }]);
    expect(await chroma.count(context, space)).toBe(AMOUNT);
  });

  test('refuses a target that holds more, unless it may delete it', SLOW, async () => {
    const [extra] = proposalRecords(1);
    if (!extra) throw new Error('no record');
    await chroma.upsert(context, space, [{ ...extra, id: 'zzz' }]);
    const refused = await cli(migrate('pgvector', 'chromadb'), options);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('"zzz"') });
    expect((await cli(migrate('pgvector', 'chromadb', '--delete-extra'), options)).code).toBe(0);
    expect(await chroma.count(context, space)).toBe(AMOUNT);
  });
});
