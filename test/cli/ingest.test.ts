import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DocumentSummary, IngestFilesResult, StoredChunk } from '../../src/documents/index.js';
import { cli } from '../support/cli.js';
import { type CliHereResult, cliHere, cliHereJson } from '../support/cli-here.js';
import { migratedDataDir } from '../support/embedded.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SECTION = (topic: string) =>
  `## ${topic}\n\n${`The part about ${topic} says what it has to say. `.repeat(16)}`;
const REPORT = ['Harbours', 'Bridges', 'Lanterns', 'Granite'].map(SECTION).join('\n\n');
const SIZE = ['--max-tokens', '200', '--overlap-tokens', '20'];

let folder: string;
let dataDir: string;

beforeAll(async () => {
  folder = makeTempDir();
  dataDir = await migratedDataDir(join(folder, 'data'));
});
afterAll(() => removeTempDir(folder));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Each describe works for a tenant of its own. */
const ingest = (tenant: string, ...args: string[]): Promise<CliHereResult> =>
  cliHere(['ingest', '--data-dir', dataDir, '--tenant', tenant, ...args]);
const ingestJson = (tenant: string, ...args: string[]) =>
  cliHereJson<IngestFilesResult>(['ingest', '--data-dir', dataDir, '--tenant', tenant, ...args]);
const list = (tenant: string) =>
  cliHereJson<DocumentSummary[]>(['documents', 'list', '--data-dir', dataDir, '--tenant', tenant]);

describe('aquifer ingest', () => {
  test('stores what is new, leaves what is not, and replaces only the chunks that changed', async () => {
    const file = write('life/report.md', REPORT);
    write('life/deep/er/note.txt', 'A note that stays as it is.');
    const first = await ingestJson('life', join(folder, 'life'), ...SIZE);
    expect(first).toEqual({
      added: 2,
      updated: 0,
      unchanged: 0,
      pruned: 0,
      failed: [],
      chunksAdded: expect.any(Number),
      aborted: false,
    });
    expect(first.chunksAdded).toBeGreaterThan(4);

    const again = await ingest('life', join(folder, 'life'), ...SIZE);
    expect(again).toMatchObject({ code: 0, stdout: '2 unchanged; 0 chunks written\n' });

    write('life/report.md', REPORT.replace('about Granite says', 'on Granite says'));
    const changed = await ingestJson('life', file, ...SIZE);
    expect(changed).toMatchObject({ added: 0, updated: 1, unchanged: 0 });
    expect(changed.chunksAdded).toBeGreaterThan(0);
    expect(changed.chunksAdded).toBeLessThan(first.chunksAdded / 2);
  });

  test('prunes documents whose file is gone, only with --prune and only below the given paths', async () => {
    const [here, there] = [
      write('prune/here/gone.md', 'Gone here.'),
      write('prune/there/gone.md', 'Gone there.'),
    ];
    write('prune/here/stays.md', 'Stays here.');
    // A name that begins like the folder's is not below it.
    const beside = write('prune/here-too/gone.md', 'Gone beside.');
    await ingest('prune', join(folder, 'prune'));
    for (const file of [here, there, beside]) rmSync(file);

    expect(await ingestJson('prune', join(folder, 'prune', 'here'))).toMatchObject({ pruned: 0 });
    const pruned = await ingest('prune', join(folder, 'prune', 'here'), '--prune');
    expect(pruned).toMatchObject({ code: 0, stdout: '1 unchanged, 1 pruned; 0 chunks written\n' });
    expect(pruned.stderr).toContain(`pruned  ${here}`);
    const sources = (await list('prune')).map(({ source }) => source);
    expect(sources).toEqual([beside, join(folder, 'prune/here/stays.md'), there]);
  });

  test('goes on when files fail, names each with its code, and ends with 1', async () => {
    const broken = write('fails/broken.pdf', '%PDF-1.7\nnothing more');
    const binary = write('fails/binary.bin', '\u0000\u0001\u0002\u0003'.repeat(50));
    write('fails/good.md', '# Good\n\nThis one is fine.');
    const plain = await cli(['ingest', '--data-dir', dataDir, '--tenant', 'fails', join(folder, 'fails')]);
    expect(plain).toMatchObject({ code: 1, stdout: '1 added, 2 failed; 1 chunks written\n' });
    expect(plain.stderr).toMatch(new RegExp(`failed {2}${broken}: .+ \\(AQF_EXTRACTION_CORRUPT\\)`));
    expect(plain.stderr).toMatch(new RegExp(`failed {2}${binary}: .+ \\(AQF_EXTRACTION_UNSUPPORTED\\)`));
    expect(plain.stderr).not.toContain('    at ');

    const { failed, unchanged } = await ingestJson('fails', join(folder, 'fails'));
    expect(unchanged).toBe(1);
    expect(failed.map(({ file }) => file).sort()).toEqual([binary, broken]);
    for (const { error } of failed) {
      expect(error).toEqual({
        code: expect.stringMatching(/^AQF_EXTRACTION_/),
        message: expect.any(String),
        hint: expect.any(String),
        facts: expect.any(Object),
      });
    }
  });

  test('takes each file once, given twice or reached by a link, and passes over links, hidden files and node_modules', async () => {
    const file = write('links/a.md', 'A document.');
    write('links/.hidden.md', 'Hidden.');
    write('links/.git/config.md', 'Hidden too.');
    write('links/node_modules/x/readme.md', 'A package.');
    symlinkSync('..', join(folder, 'links', 'loop'));
    symlinkSync(file, join(folder, 'links', 'b.md'));
    symlinkSync(file, join(folder, 'direct.md'));
    const paths = [
      join(folder, 'links'),
      file,
      file,
      join(folder, 'direct.md'),
      join(folder, 'links', '..', 'links'),
    ];
    expect(await ingestJson('links', ...paths)).toMatchObject({ added: 1, failed: [] });
    expect((await list('links')).map(({ source }) => source)).toEqual([file]);
  });

  test('stores --metadata with each document, and finds by it', async () => {
    const file = write('meta/contract.md', 'The contract about lanterns.');
    await ingest('meta', file, '--metadata', 'department=legal', '--metadata', 'note=a=b');
    const [document] = await list('meta');
    expect(document?.metadata).toMatchObject({ department: 'legal', note: 'a=b' });
    const search = ['search', 'lanterns', '--mode', 'lexical', '--data-dir', dataDir, '--tenant', 'meta'];
    const { results } = await cliHereJson<{ results: unknown[] }>([
      ...search,
      '--filter',
      'department=legal',
    ]);
    expect(results).toHaveLength(1);
    expect(
      (await cliHereJson<{ results: unknown[] }>([...search, '--filter', 'department=sales'])).results,
    ).toEqual([]);
  });

  test('says so when there is nothing to store', async () => {
    mkdirSync(join(folder, 'empty'));
    expect(await ingest('empty', join(folder, 'empty'))).toMatchObject({
      code: 0,
      stdout: 'no documents found; 0 chunks written\n',
    });
  });

  test('ends with 2 and stores nothing when a path does not exist or an option is wrong', async () => {
    const file = write('wrong/a.md', 'A document.');
    const missing = join(folder, 'wrong', 'missing');
    const absent = await ingest('wrong', file, missing);
    expect(absent).toMatchObject({ code: 2, stdout: '' });
    expect(absent.stderr).toContain(`There is no file or folder ${JSON.stringify(missing)}.`);
    const sizes = await ingest('wrong', file, '--max-tokens', '100', '--json');
    expect(sizes).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(sizes.stderr)).toMatchObject({
      error: { code: 'AQF_ARGUMENT_INVALID', message: expect.stringContaining('overlapTokens is 200') },
    });
    expect(await list('wrong')).toEqual([]);
  });

  test('keeps chunks that slice the text of the document exactly', async () => {
    const [document] = (await list('life')).filter(({ source }) => source.endsWith('report.md'));
    const shown = await cliHereJson<{ content: string; chunks: StoredChunk[] }>([
      ...['documents', 'show', document?.id ?? '', '--data-dir', dataDir, '--tenant', 'life'],
    ]);
    expect(shown.chunks.map(({ ordinal }) => ordinal)).toEqual(shown.chunks.map((_, index) => index));
    for (const { content, start, end } of shown.chunks) expect(shown.content.slice(start, end)).toBe(content);
  });
});
