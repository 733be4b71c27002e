import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DocumentSummary } from '../../src/documents/index.js';
import { cli } from '../support/cli.js';
import { cliHere, cliHereJson } from '../support/cli-here.js';
import { openLayer } from '../support/layer.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const NOBODYS_ID = '00000000-0000-4000-8000-000000000000';

let folder: string;
let ids: Record<string, string>;
let here: readonly string[];

beforeAll(async () => {
  folder = makeTempDir();
  const dataDir = join(folder, 'data');
  here = ['--data-dir', dataDir, '--tenant', 'acme'];
  const layer = await openLayer(dataDir);
  const { documents } = layer.scope({ tenantId: 'acme', actorId: 'ann' });
  const sources = ['a.md', 'b.md', 'c.md'];
  const stored = sources.map((source) =>
    documents.ingest({
      source,
      title: `Title of ${source}`,
      text: `The text of ${source}.`,
      metadata: { year: 2024 },
    }),
  );
  ids = Object.fromEntries((await Promise.all(stored)).map(({ source, documentId }) => [source, documentId]));
  await layer.close();
});
afterAll(() => removeTempDir(folder));

describe('aquifer documents', () => {
  test('list prints the documents of the tenant, a page at a time', async () => {
    const page = await cliHereJson<DocumentSummary[]>([
      'documents',
      'list',
      ...here,
      '--limit',
      '1',
      '--after',
      'a.md',
    ]);
    expect(page).toEqual([
      {
        id: ids['b.md'],
        source: 'b.md',
        title: 'Title of b.md',
        format: 'text',
        language: 'en',
        metadata: { format: 'text', year: 2024 },
        chunks: 1,
        bytes: 17,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        createdBy: 'ann',
        updatedBy: 'ann',
        hasOriginal: false,
        embedding: 'current',
        deletedAt: null,
      },
    ]);
    const { stdout } = await cliHere(['documents', 'list', ...here]);
    expect(stdout).toMatch(/^id +title +format +chunks +size +source\n/);
    for (const id of Object.values(ids)) expect(stdout).toContain(id);
  });

  test('list says how to go on when there may be more, and when nothing comes after', async () => {
    const page = await cliHere(['documents', 'list', ...here, '--limit', '2']);
    expect(page.stdout).toMatch(/\n\nThere may be more: --after "b\.md"\n$/);
    const last = await cliHere(['documents', 'list', ...here, '--after', 'b.md']);
    expect(last.stdout).not.toContain('more');
    const beyond = await cliHere(['documents', 'list', ...here, '--after', 'c.md']);
    expect(beyond.stdout).toBe('No document comes after "c.md".\n');
  });

  test('show prints title, facts, outline and text', async () => {
    const { code, stdout } = await cliHere(['documents', 'show', ids['a.md'] ?? '', ...here]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Title of a\.md\n\n/);
    expect(stdout).toMatch(/^year +2024$/m);
    expect(stdout).toMatch(/\n\nThe text of a\.md\.\n$/);
  });

  test('show and delete of an unknown document end with 1 and its code', async () => {
    const shown = await cliHere(['documents', 'show', NOBODYS_ID, ...here, '--json']);
    expect(shown).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(shown.stderr)).toEqual({
      error: {
        code: 'AQF_DOCUMENT_NOT_FOUND',
        message: `There is no document "${NOBODYS_ID}" in this tenant.`,
        hint: expect.any(String),
        facts: { id: NOBODYS_ID },
      },
    });
    const deleted = await cliHere(['documents', 'delete', 'no-id', ...here]);
    expect(deleted).toMatchObject({ code: 1, stdout: '' });
    expect(deleted.stderr).toMatch(
      /^error There is no document "no-id" in this tenant\.\nAQF_DOCUMENT_NOT_FOUND · /,
    );
  });

  test('delete removes what it names and nothing else', async () => {
    const { code, stdout } = await cliHere([
      'documents',
      'delete',
      ids['a.md'] ?? '',
      ids['c.md'] ?? '',
      ...here,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Deleted 2 documents.\n' });
    expect(await cliHereJson(['status', ...here])).toEqual({
      tenant: 'acme',
      provider: 'embedded',
      dataDir: join(folder, 'data'),
      embeddingModel: 'builtin:use-lite-en',
      database: { status: 'up', responseTime: expect.any(Number), timestamp: expect.any(String) },
      documents: 1,
      chunks: 1,
    });
  });

  test('restore brings back what was deleted, and purge does not leave it in the trash', async () => {
    const [a = '', c = ''] = [ids['a.md'], ids['c.md']];
    const trash = (await cliHereJson(['documents', 'list', '--deleted', ...here])) as { id: string }[];
    expect(trash.map(({ id }) => id).sort()).toEqual([a, c].sort());
    expect(await cliHere(['documents', 'restore', a, ...here])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Restored .*a\.md\.\n$/),
    });
    expect((await cliHere(['documents', 'delete', '--purge', a, c, ...here])).code).toBe(0);
    expect((await cliHere(['documents', 'list', '--deleted', ...here])).stdout).toBe('The trash is empty.\n');
  });

  test('list and status of a tenant without documents say what to do and what there is', async () => {
    const nobody = [...here.slice(0, 2), '--tenant', 'nobody'];
    const listed = await cliHere(['documents', 'list', ...nobody]);
    expect(listed.stdout).toBe('This tenant has no documents. Add some: aquifer ingest <paths…>\n');
    const { stdout } = await cliHere(['status', ...nobody]);
    expect(stdout).toMatch(/^documents +0$/m);
    expect(stdout).toMatch(/^database +up \(\d+\.\d ms\)$/m);
  });
});

describe('aquifer config', () => {
  test('prints each value in force with its source, passwords masked', async () => {
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'aquifer.config.json'), '{ "search": { "defaultLimit": 7 } }');
    const env = {
      DATABASE_URL: 'postgres://app:hunter2@db.example/shop',
      AQUIFER_CHUNKING_MAX_TOKENS: '500',
    };
    const plain = await cli(['config', '--tenant', 'acme'], { cwd, env });
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/^tenant +acme +command line/m);
    expect(plain.stdout).toMatch(/^chunking\.maxTokens +500 +AQUIFER_CHUNKING_MAX_TOKENS/m);
    expect(plain.stdout).toMatch(/^search\.defaultLimit +7 +aquifer\.config\.json/m);
    expect(plain.stdout).toContain('db.example');
    expect(plain.stdout + plain.stderr).not.toContain('hunter2');

    const json = await cliHere(['config', '--json'], { cwd, env });
    expect(json.stdout + json.stderr).not.toContain('hunter2');
    expect(JSON.parse(json.stdout)).toMatchObject({
      settings: expect.arrayContaining([
        {
          path: 'relational.provider',
          value: 'postgres',
          source: 'DATABASE_URL',
          note: 'implied by relational.url',
        },
      ]),
      warnings: [],
    });
  });

  test('ends with 2 when a value is wrong, naming the variable and what is allowed', async () => {
    const { code, stderr } = await cli(['config'], { env: { AQUIFER_CHUNKING_MAX_TOKENS: 'many' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/AQUIFER_CHUNKING_MAX_TOKENS is "many"; allowed: .+\nAQF_CONFIG_INVALID · /s);
  });
});
