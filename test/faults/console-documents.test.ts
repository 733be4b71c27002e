import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, CDPSession, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const UPLOAD_BYTES = 40_000_000;
/** So large that the console does not hold it in memory. */
const LARGE_BYTES = 33_000_000;

describe.skipIf(!hasBrowser)('documents in the console', () => {
  const embedder = new MadeEmbedder();
  const folder = makeTempDir();
  let served: ServedHere;
  let browser: Browser;
  let page: Page;
  let wire: CDPSession;

  beforeAll(async () => {
    [served, browser] = await Promise.all([
      serveHere({ embedder }, { uploadBytes: UPLOAD_BYTES }),
      launchBrowser(),
    ]);
    ({ page } = await openAt(browser, served, '/documents'));
    wire = await page.context().newCDPSession(page);
    await wire.send('Network.enable');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await removeTempDir(folder);
  });
  beforeEach(() => visit(page, served, '/documents'));

  const uploads = () => page.getByRole('list', { name: 'Uploads' }).getByRole('listitem');
  const upload = (name: string) => uploads().filter({ hasText: name });
  const ingest = (source: string, text: string) =>
    served.layer.scope({ tenantId: TENANT }).documents.ingest({ source, text });

  it('are dropped anywhere on the page, and each tells how far it is', async () => {
    const files = ['north.txt', 'south.txt'].map((name) => write(folder, name, lines(name, 6000)));
    await slowly(wire, 60_000);
    await drop(page, wire, files, page.getByRole('heading', { level: 1 }));
    for (const name of ['north.txt', 'south.txt']) {
      await expect.poll(() => upload(name).textContent(), { timeout: 20_000 }).toMatch(/[1-9]\d?\.\d %/);
      const filled = await upload(name).locator('.meter-fill').getAttribute('width');
      expect(Number(filled)).toBeGreaterThan(0);
      expect(Number(filled)).toBeLessThan(100);
    }
    await upload('south.txt').getByRole('button', { name: 'Cancel south.txt' }).click();
    await expect.poll(() => upload('south.txt').count()).toBe(0);
    await atFullSpeed(wire);
    await upload('north.txt').getByText('searchable').waitFor({ timeout: 60_000 });
    await page.getByRole('tabpanel').getByRole('link', { name: 'north' }).first().waitFor();
    expect(await page.getByRole('tabpanel').getByText('south.txt').count()).toBe(0);
  });

  it('show that files are held over the page', async () => {
    const held = { items: [], files: [write(folder, 'held.txt', 'Held.')], dragOperationsMask: 1 };
    await wire.send('Input.dispatchDragEvent', { type: 'dragEnter', x: 600, y: 400, data: held });
    await wire.send('Input.dispatchDragEvent', { type: 'dragOver', x: 600, y: 400, data: held });
    await page.getByText('Let go to upload').waitFor();
    await page.dispatchEvent('body', 'dragleave');
    await page.getByText('Drop files or folders, or').waitFor();
    await wire.send('Input.dispatchDragEvent', { type: 'dragCancel', x: 600, y: 400, data: held });
  });

  it('come out of a dropped folder with the path that they had there, hidden files left out', async () => {
    write(folder, 'canal/locks/upper.md', '# The upper lock\n\nIt has two gates.');
    write(folder, 'canal/lower.md', '# The lower lock\n\nIt has three.');
    write(folder, 'canal/.DS_Store', 'nothing');
    await drop(page, wire, [join(folder, 'canal')], page.locator('.drop-zone'));
    for (const title of ['The upper lock', 'The lower lock'])
      await page.getByRole('link', { name: title }).waitFor();
    const { items } = (await (await served.ask('/api/documents')).json()) as Listed;
    const sources = items.map(({ source }) => source);
    expect(sources).toEqual(expect.arrayContaining(['canal/locks/upper.md', 'canal/lower.md']));
    expect(sources.filter((source) => source.includes('DS_Store'))).toEqual([]);
  });

  it.each([
    ['broken.pdf', '%PDF-1.7\nno more', 'AQF_EXTRACTION_CORRUPT', 'Open and save the file again'],
    ['program.bin', '\x7fELF\x02\x01\x01\0\0\0', 'AQF_EXTRACTION_UNSUPPORTED', 'Convert the file to one of'],
    ['empty.txt', ' \n ', 'AQF_EXTRACTION_EMPTY', 'there is nothing to index'],
  ])('that cannot be read say why, and what to do: %s', async (name, content, code, hint) => {
    await drop(page, wire, [write(folder, name, content)], page.locator('.drop-zone'));
    await upload(name).getByText(code).waitFor({ timeout: 60_000 });
    expect(await upload(name).textContent()).toContain(hint);
    expect(await upload(name).textContent()).toContain('failed');
    await page.reload();
    await upload(name).getByText(code).waitFor();
    await upload(name)
      .getByRole('button', { name: `Forget ${name}` })
      .click();
    await expect.poll(() => upload(name).count()).toBe(0);
  });

  it('that are refused on the way say so, and can be sent again', async () => {
    const large = write(folder, 'huge.txt', 'x'.repeat(UPLOAD_BYTES + 1));
    await drop(page, wire, [large], page.locator('.drop-zone'));
    await upload('huge.txt').getByText('AQF_BODY_TOO_LARGE').waitFor({ timeout: 60_000 });
    expect(await upload('huge.txt').textContent()).toContain('not sent');
    await upload('huge.txt').getByRole('button', { name: 'Dismiss huge.txt' }).click();
    await expect.poll(() => upload('huge.txt').count()).toBe(0);

    await page.route('**/api/documents', (route) => route.abort());
    await drop(page, wire, [write(folder, 'late.txt', 'The ferry is late.')], page.locator('.drop-zone'));
    await upload('late.txt').getByText('The server does not answer.').waitFor();
    await page.unroute('**/api/documents');
    await upload('late.txt').getByRole('button', { name: 'Send late.txt again' }).click();
    await upload('late.txt').getByText('searchable').waitFor({ timeout: 60_000 });
  });

  it('show their passages over the text: together they are all of it', async () => {
    const text = lines('ferry', 400);
    const { documentId } = await ingest('ferry.txt', text);
    await visit(page, served, `/documents/${documentId}?show=chunks`);
    const passages = page.locator('.chunk');
    expect(await passages.count()).toBeGreaterThan(3);
    expect(await page.locator('.chunk-shared').count()).toBeGreaterThan(0);
    const parts = await page.locator('.chunk-between, .chunk-text').evaluateAll((elements) =>
      elements.map((element) => {
        const shared = element.querySelector('.chunk-shared')?.textContent ?? '';
        return (element.textContent ?? '').slice(shared.length);
      }),
    );
    expect(parts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    await page.getByRole('link', { name: 'Passage 3', exact: true }).click();
    const third = await passageText(served, documentId, 2);
    expect(await page.getByRole('region', { name: 'Passage' }).textContent()).toBe(third);
  });

  it('are embedded again, and say so until they are', async () => {
    const { documentId } = await ingest('quay.txt', 'The quay is swept on Mondays.');
    embedder.script = () => 'rate-limit';
    await visit(page, served, `/documents/${documentId}`);
    await page.getByRole('button', { name: 'Re-embed' }).click();
    await page.getByText('gets new vectors').waitFor();
    const waiting = page.getByText('waits for its vectors', { exact: true });
    await waiting.waitFor();
    const other = await openAt(browser, served, '/documents');
    await other.page
      .getByRole('listitem')
      .filter({ hasText: 'quay' })
      .getByText('waits for its vectors')
      .waitFor();
    embedder.script = () => 'answer';
    await waiting.waitFor({ state: 'detached', timeout: 60_000 });
    await expect
      .poll(() => other.page.getByText('waits for its vectors').count(), { timeout: 20_000 })
      .toBe(0);

    embedder.script = () => 'refuse';
    await page.getByRole('button', { name: 'Re-embed' }).click();
    await page.getByText('not embedded', { exact: true }).waitFor({ timeout: 20_000 });
    embedder.script = () => 'answer';
  });

  it('give their original back: a large one to the disk as it comes, after its place was asked for', async () => {
    const path = write(folder, 'atlas.html', largeHtml());
    await drop(page, wire, [path], page.locator('.drop-zone'));
    await upload('atlas.html').getByText('searchable').waitFor({ timeout: 120_000 });
    await page.getByRole('tabpanel').getByRole('link', { name: 'Atlas' }).click();
    await page.getByRole('button', { name: 'Original' }).waitFor();
    // A browser without a screen shows no question: this answers it with a file of its own.
    await page.evaluate(`
      window.showSaveFilePicker = async ({ suggestedName }) => {
        window.askedFor = suggestedName;
        const root = await navigator.storage.getDirectory();
        return (window.savedAs = await root.getFileHandle(suggestedName, { create: true }));
      };
      window.progress = [];
      new MutationObserver(() => {
        const told = /Original (\\d+(\\.\\d)?) %/.exec(document.querySelector('.page-acts').textContent);
        if (told) window.progress.push(Number(told[1]));
      }).observe(document.querySelector('.page-acts'), { subtree: true, childList: true, characterData: true });`);
    await page.getByRole('button', { name: 'Original' }).click();
    await expect.poll(() => page.evaluate('window.progress.at(-1)'), { timeout: 60_000 }).toBe(100);
    await page.getByRole('button', { name: 'Original', exact: true }).waitFor();
    expect(await page.evaluate('window.askedFor')).toBe('atlas.html');
    const size = await page.evaluate('window.savedAs.getFile().then(({ size }) => size)');
    expect(size).toBe(statSync(path).size);
    const shares = await page.evaluate<number[]>('window.progress');
    expect(shares.filter((share) => share > 0 && share < 100).length).toBeGreaterThan(2);

    await page.evaluate(
      `window.showSaveFilePicker = async () => { throw new DOMException('', 'AbortError'); }`,
    );
    await page.getByRole('button', { name: 'Original' }).click();
    await page.getByRole('button', { name: 'Original', exact: true }).waitFor();
    expect(await page.locator('.toast').count()).toBe(0);
  });
});

interface Listed {
  readonly items: readonly { readonly source: string; readonly content: string }[];
}

/** Files that are let go over an element, as the browser tells of them when they come from a desktop. */
async function drop(page: Page, wire: CDPSession, files: readonly string[], over: Locator): Promise<void> {
  const box = await over.boundingBox();
  if (!box) throw new Error('there is nothing to drop on');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await wire.send('Input.dispatchDragEvent', { type, ...at, data });
  await page.bringToFront();
}

/** @param bytes a second that leave the browser */
function slowly(wire: CDPSession, bytes: number): Promise<unknown> {
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes };
  return wire.send('Network.emulateNetworkConditions', conditions);
}

function atFullSpeed(wire: CDPSession): Promise<unknown> {
  return slowly(wire, -1);
}

function write(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, 'latin1');
  return path;
}

function lines(word: string, number: number): string {
  const line = (at: number) => `On day ${at} the ${word} wind was noted by keeper ${at % 7}, twice.`;
  return Array.from({ length: number }, (_, at) => line(at)).join('\n');
}

function largeHtml(): string {
  return `<!doctype html><title>Atlas</title><!-- ${'map '.repeat(LARGE_BYTES / 4)} --><p>All rivers.</p>`;
}

async function passageText({ ask }: ServedHere, id: string, ordinal: number): Promise<string> {
  const { items } = (await (await ask(`/api/documents/${id}/chunks`)).json()) as Listed;
  return items[ordinal]?.content ?? '';
}
