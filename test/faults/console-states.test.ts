import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../console/support/accessibility.js';
import { hasBrowser, LOOKS, type Look, launchBrowser, openPage } from '../console/support/browser.js';
import { takePicture } from '../console/support/pictures.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, overflow, settled, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { ENTITIES, parts } from '../server/support/entities.js';

const PAGES = {
  overview: '/',
  search: '/search?q=anything',
  documents: '/documents',
  trash: '/documents?show=deleted',
  data: '/data',
  rows: '/data/shelves',
  activity: '/activity',
  operations: '/operations',
  usage: '/usage',
} as const;

/** Said to be no passing fault, so that the page does not try again before it tells. */
const AWAY = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    status: 500,
    code: 'AQF_DATABASE_UNAVAILABLE',
    detail: 'The database cannot be reached.',
    hint: 'Check that the server runs, or that the data folder is writable and its disk has room.',
    instance: 'req-4f1c',
  }),
};

/** What an installation under strain tells: every part of the page has something to show. */
const STRAINED = {
  pool: { total: 10, idle: 0, waiting: 7, max: 10 },
  slowQueries: Array.from({ length: 12 }, (_, at) => ({
    id: `s${at}`,
    at: new Date().toISOString(),
    ms: 4200 / (at + 1),
    statement: `select d.id, d.title, count(c.*) as chunks\nfrom aquifer.documents d\njoin aquifer.chunks c on c.document_id = d.id\nwhere d.tenant_id = $1 and d.title ilike $2\ngroup by 1, 2 order by 3 desc limit ?`,
    rows: at === 3 ? null : 120 * at,
    requestId: at === 0 ? '0b6c9a2e-7d5e-4b6f-9f0e-2a54a8fd6c11' : null,
  })),
  replicas: [
    { name: 'db-1.internal.example:5432', status: 'primary', lagMs: null },
    { name: 'db-2.internal.example:5432', status: 'replica', lagMs: 8312 },
    { name: 'db-3.internal.example:5432', status: 'down', lagMs: null },
  ],
  cache: [
    { tier: 'memory', hits: 91_230, misses: 4120, entries: 8120, bytes: 18_300_000 },
    { tier: 'redis', hits: 3100, misses: 1020, entries: null, bytes: null },
  ],
  outbox: [
    { subscriber: 'embedding-pipeline', waiting: 0, oldestMs: 0 },
    { subscriber: 'warehouse-export', waiting: 18_230, oldestMs: 5_400_000 },
  ],
  indexes: Array.from({ length: 30 }, (_, at) => ({
    name: `chunks_of_the_collection_by_document_and_ordinal_${at}`,
    table: 'chunks',
    bytes: 9e9 / (at + 1),
    scans: at * 12_345,
  })),
  jobs: { place: 'redis', worker: false },
};

const JOBS = {
  backlog: { waiting: 1204, failed: 2, oldestMs: 732_000 },
  queue: STRAINED.jobs,
  failures: {
    items: ['reports/2024/annual-report-of-the-harbour-authority.pdf', 'scan.pdf'].map((source, at) => ({
      documentId: `0193aaaa-0000-7000-8000-00000000000${at}`,
      source,
      attempts: at === 0 ? 8 : 1,
      code: at === 0 ? 'AQF_EMBEDDING_REFUSED' : 'AQF_EMBEDDING_FAILED',
      reason: 'Chunk 14: the provider does not take this text: input is too long.',
      failedAt: new Date(Date.now() - 400_000).toISOString(),
      retryAt: new Date(Date.now() + 45_000).toISOString(),
      dead: at === 0,
    })),
    next: null,
  },
};

describe.skipIf(!hasBrowser)('states of the console', () => {
  let served: ServedHere;
  let browser: Browser;
  let empty: string;
  let row: string;

  beforeAll(async () => {
    const options = { embedder: new MadeEmbedder(), entities: ENTITIES };
    [served, browser] = await Promise.all([serveHere(options), launchBrowser()]);
    empty = await served.keyOf(['owner'], 'nobody-yet');
    const parted = served.layer.scope({ tenantId: TENANT }).repository(parts);
    row = (await parted.create({ name: 'Sluice valve', note: 'As delivered', secret: 'combination' })).id;
    await parted.update(row, { stock: 4, note: 'Oiled' });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  /** Takes the picture of a state, and looks whether it is fit to be seen. */
  const look = async (page: Page, name: string, as: Look) => {
    await takePicture(page, name, as);
    expect(await seriousFindings(page), name).toEqual([]);
    expect(await overflow(page), `${name} is wider than its window`).toBeLessThanOrEqual(0);
  };

  it.each(LOOKS)('where nothing is stored yet ($device, $scheme)', async (as) => {
    const { page, complaints } = await openAt(browser, served, '/', { look: as, key: empty });
    for (const [name, path] of Object.entries(PAGES)) {
      await visit(page, served, path);
      await look(page, `empty-${name}`, as);
    }
    expect(complaints).toEqual([]);
  });

  it.each(LOOKS)('where the server cannot answer ($device, $scheme)', async (as) => {
    const { page } = await openAt(browser, served, '/', { look: as });
    await page.route('**/api/**', (route) => route.fulfill(AWAY));
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(served.url + path);
      await page.getByRole('alert').first().waitFor({ timeout: 20_000 });
      await page.getByText('AQF_DATABASE_UNAVAILABLE').first().waitFor();
      await page.getByRole('button', { name: 'Retry' }).first().waitFor();
      await look(page, `failed-${name}`, as);
    }
  });

  it.each(LOOKS)('while the answer is awaited ($device, $scheme)', async (as) => {
    const { page } = await openAt(browser, served, '/', { look: as });
    await page.route('**/api/**', () => undefined);
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(served.url + path);
      await page.getByRole('status', { name: 'Loading' }).first().waitFor();
      await look(page, `awaited-${name}`, as);
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it.each(LOOKS)('under strain ($device, $scheme)', async (as) => {
    const { page } = await openAt(browser, served, '/', { look: as });
    const plan = ['Limit  (cost=8.3..8.3 rows=7 width=40)', '  ->  Sort  (cost=8.3..8.3 rows=7 width=40)'];
    await page.route('**/api/operations', (route) => route.fulfill({ json: STRAINED }));
    await page.route('**/api/jobs?*', (route) => route.fulfill({ json: JOBS }));
    await page.route('**/plan', (route) => route.fulfill({ json: { plan } }));
    await visit(page, served, '/operations');
    await page.getByRole('button', { name: 'Show the plan' }).first().click();
    await page.locator('pre').waitFor();
    await page.getByText('queue is in Redis; other processes work on it').waitFor();
    await page.getByText('18,230 changes, the oldest 1.5 h old').waitFor();
    await page.getByText('8.3 s behind').waitFor();
    await look(page, 'strained', as);
    await page.getByRole('region', { name: 'Slow statements' }).scrollIntoViewIfNeeded();
    await takePicture(page, 'strained-below', as);
    await page.getByRole('region', { name: 'Indexes', exact: true }).first().scrollIntoViewIfNeeded();
    await takePicture(page, 'strained-end', as);
  });

  it.each(LOOKS)('with something open ($device, $scheme)', async (as) => {
    const { page } = await openAt(browser, served, '/', { look: as });
    const address = `/data/parts/${row}`;
    await visit(page, served, address);
    await page.getByRole('button', { name: 'Edit' }).click();
    await look(page, 'row-edit', as);
    await visit(page, served, `${address}?show=history`);
    await page.getByRole('button', { expanded: false }).first().click();
    await page.getByRole('row', { name: /stock/ }).waitFor();
    await look(page, 'row-diff', as);
    await visit(page, served, address);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'row-delete', as);
    await visit(page, served, '/data/parts');
    await page.getByRole('button', { name: 'New row' }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'row-new', as);
    await visit(page, served, '/activity');
    await page.locator('.audit-list summary').first().click();
    await look(page, 'audit-open', as);
    await visit(page, served, '/search?q=valve&filter=[{"key":"kind","operator":"eq","value":"guide"}]');
    await look(page, 'search-filtered', as);
    if (as.device === 'phone') await page.getByRole('button', { name: 'Menu' }).click();
    else await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await look(page, as.device === 'phone' ? 'menu' : 'keys', as);
  });

  it.each(LOOKS)('of a conflict ($device, $scheme)', async (as) => {
    const { page } = await openPage(browser, as);
    await page.goto(`${served.url}/data/parts/${row}#key=${served.key}`);
    await settled(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('note').fill('Painted green, and oiled again');
    const body = { note: `Repaired, and oiled (${as.device}, ${as.scheme})` };
    await served.ask(`/api/entities/parts/${row}`, { method: 'PATCH', body });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Someone changed this row meanwhile').waitFor();
    await look(page, 'row-conflict', as);
  });

  it.each(LOOKS)('of uploads ($device, $scheme)', async (as) => {
    const { page } = await openAt(browser, served, '/documents', { look: as });
    const files = [
      [
        'a-very-long-file-name-that-someone-gave-to-the-minutes-of-the-meeting-of-2024.txt',
        'Minutes of the meeting.',
      ],
      ['scan.pdf', '%PDF-1.7\nno more'],
    ].map(([name = '', text = '']) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }));
    await page.getByLabel('Files to upload').setInputFiles(files);
    await page.getByText('AQF_EXTRACTION_CORRUPT').first().waitFor({ timeout: 60_000 });
    await page.getByText('searchable').first().waitFor({ timeout: 60_000 });
    await look(page, 'uploads', as);
    for (const forget of await page.getByRole('button', { name: 'Forget scan.pdf' }).all())
      await forget.click();
    await expect.poll(() => page.getByText('AQF_EXTRACTION_CORRUPT').count()).toBe(0);
  });
});
