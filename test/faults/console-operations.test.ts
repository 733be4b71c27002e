import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { serviceAvailable, serviceUrl } from '../services/services.js';
import { PrivateCluster, privateClusterAvailable } from '../support/private-cluster.js';

const CONNECTIONS = 6;
/** Longer than the page waits before it reads its figures again. */
const NEXT_LOOK = { timeout: 20_000 };
const canRun = hasBrowser && (await serviceAvailable('redis')) && privateClusterAvailable();

describe.skipIf(!canRun)('operations in the console', () => {
  const embedder = new MadeEmbedder();
  let cluster: PrivateCluster;
  let served: ServedHere;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    cluster = await PrivateCluster.start();
    const [primary, standby] = [cluster.node(0), cluster.node(1)];
    served = await serveHere({
      relational: {
        url: primary.url(),
        hosts: `127.0.0.1:${standby.port}`,
        pool: { min: 0, max: CONNECTIONS },
      },
      redis: { url: serviceUrl('redis') },
      cache: { prefix: `aq:console:${primary.port}:` },
      jobs: { queue: 'postgres' },
      server: { slowQueryMs: 1 },
      embedder,
    });
    browser = await launchBrowser();
    ({ page } = await openAt(browser, served, '/operations'));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await cluster?.stop();
  });

  const panel = (name: string) => page.getByRole('region', { name, exact: true });
  const operations = async () => (await (await served.ask('/api/operations')).json()) as Told;

  it('tell why a document could not be embedded, and try it again: one, and all', async () => {
    const names = ['gauge.md', 'lock.md', 'weir.md'];
    embedder.script = () => 'refuse';
    for (const source of names) await store(served, source);
    await visit(page, served, '/operations');
    const failures = panel('Jobs').getByRole('list', { name: 'Failed' }).getByRole('listitem');
    await expect.poll(() => failures.count(), NEXT_LOOK).toBe(names.length);
    const lock = failures.filter({ hasText: 'lock.md' });
    for (const text of ['given up', 'this text is too strange', 'AQF_EMBEDDING_REFUSED', '1 try'])
      expect(await lock.textContent()).toContain(text);
    expect(await figure(panel('Jobs'), 'Failed')).toBe(String(names.length));

    embedder.script = () => 'answer';
    await lock.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('1 document will be tried again.').waitFor();
    await expect.poll(() => failures.count()).toBe(names.length - 1);
    await panel('Jobs').getByRole('button', { name: 'Retry all' }).click();
    await page.getByText('2 documents will be tried again.').waitFor();
    await panel('Jobs').getByText('Everything that is stored has its vectors.').waitFor(NEXT_LOOK);
    expect(await failures.count()).toBe(0);
  });

  it('are looked at by who may, and changed by nobody who may not', async () => {
    embedder.script = () => 'refuse';
    await store(served, 'sluice.md');
    const reader = await served.keyOf([], TENANT, ['jobs:read', 'operations:read', 'documents:read']);
    const opened = await openAt(browser, served, '/operations', { key: reader });
    await opened.page.getByText('AQF_EMBEDDING_REFUSED').waitFor(NEXT_LOOK);
    expect(await opened.page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);
    embedder.script = () => 'answer';
    await served.ask('/api/jobs/retry', { method: 'POST', body: {} });
  });

  it('show how many connections are in use', async () => {
    await visit(page, served, '/operations');
    const { pool } = await operations();
    expect(pool.max).toBeGreaterThanOrEqual(CONNECTIONS);
    await panel('Connections').getByText(`of ${pool.max}`).waitFor();
    const gate = closedGate();
    const held = [1, 2, 3].map(() => served.layer.scope({ tenantId: TENANT }).transaction(() => gate.opened));
    await expect
      .poll(async () => Number(await figure(panel('Connections'), 'In use')), NEXT_LOOK)
      .toBeGreaterThan(2);
    gate.open();
    await Promise.all(held);
  });

  it('show what was slow, and how the database goes about it', async () => {
    await served.ask('/api/audit?actorId=nobody');
    await visit(page, served, '/operations');
    // The slowest come first, and a busy machine has many.
    await panel('Slow statements')
      .getByRole('button', { name: /^Show all/ })
      .click();
    const slow = panel('Slow statements').getByRole('listitem');
    const reading = slow.filter({ hasText: /from aquifer\.audit / }).first();
    await reading.getByRole('button', { name: 'Show the plan' }).click();
    await expect.poll(() => reading.locator('pre').textContent()).toMatch(/cost=\d/);
    await reading.getByRole('button', { name: 'Hide the plan' }).click();
    expect(await reading.locator('pre').count()).toBe(0);
    const { slowQueries } = await operations();
    const written = slowQueries.find(({ statement }) => /^\s*(insert|update) /i.test(statement));
    const writing = slow.filter({ hasText: written?.statement.trim().slice(0, 50) ?? 'none' }).first();
    await writing.getByRole('button', { name: 'Show the plan' }).click();
    await writing.getByText('Only what plainly selects has a plan').waitFor();
    const mine = slowQueries.find(({ requestId }) => requestId !== null);
    await slow
      .filter({ hasText: mine?.requestId ?? 'none' })
      .first()
      .waitFor();
  });

  it('show the tiers of the cache, and what they were good for', async () => {
    const { cache } = served.layer.scope({ tenantId: TENANT });
    for (let times = 0; times < 4; times++) await cache.memo('level', {}, () => 3);
    await visit(page, served, '/operations');
    const tiers = panel('Cache').getByRole('listitem');
    expect(await tiers.locator('.line-name').allTextContents()).toEqual([
      expect.stringMatching(/^memory\d+ entr/),
      expect.stringMatching(/^redis/),
    ]);
    const [memory] = (await operations()).cache;
    expect(memory?.hits).toBeGreaterThan(0);
    expect(await tiers.first().textContent()).toMatch(/\d % of \d|\d\.\d % of \d/);
  });

  it('show who has not heard of every change yet', async () => {
    const gate = closedGate();
    await served.layer.events.subscribe({ name: 'archive', from: 'now', handle: () => gate.opened });
    await served.ask('/api/documents', { method: 'POST', body: { source: 'news.md', text: 'News.' } });
    await visit(page, served, '/operations');
    const archive = panel('Outbox').getByRole('listitem').filter({ hasText: 'archive' });
    await expect.poll(() => archive.textContent(), NEXT_LOOK).toMatch(/\d+ changes?, the oldest .* old/);
    gate.open();
    await expect.poll(() => archive.textContent(), NEXT_LOOK).toContain('all told');
  });

  it('list indexes by their size', async () => {
    await visit(page, served, '/operations');
    const rows = panel('Indexes').getByRole('row');
    const { indexes } = await operations();
    expect(await rows.count()).toBe(indexes.length + 1);
    await panel('Indexes').getByRole('rowheader', { name: 'documents_pkey', exact: true }).waitFor();
  });

  it('show primary and replica, how far it is behind, and that it is down', async () => {
    await visit(page, served, '/operations');
    const servers = panel('Replicas').getByRole('listitem');
    await expect
      .poll(() => servers.allTextContents(), NEXT_LOOK)
      .toEqual([
        expect.stringMatching(/:\d+primary$/),
        expect.stringMatching(/:\d+[\d.]+ m?s behindreplica$/),
      ]);
    await cluster.node(1).kill9();
    await expect.poll(() => servers.last().textContent(), NEXT_LOOK).toContain('down');
  });
});

/** Embedded by the worker, as its embedder is at this moment. */
async function store({ layer }: ServedHere, source: string): Promise<void> {
  const text = `On ${source}: the lock keeper writes the level down.`;
  await layer.scope({ tenantId: TENANT }).documents.ingest({ source, text, embed: 'later' });
}

interface Told {
  readonly pool: { readonly max: number };
  readonly slowQueries: readonly Slow[];
  readonly cache: readonly { readonly hits: number }[];
  readonly indexes: readonly unknown[];
}

interface Slow {
  readonly statement: string;
  readonly requestId: string | null;
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function closedGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

function figure(panel: Locator, name: string): Promise<string | null> {
  return panel.locator('.stat', { hasText: name }).locator('.stat-value').textContent();
}
