import { integer, text } from 'drizzle-orm/pg-core';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entity } from '../../src/entities/index.js';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, settled, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';

const valves = entity('valves', {
  columns: { name: text().notNull(), note: text(), stock: integer().notNull().default(0) },
  traits: { audited: true, versioned: true, events: true },
});

/** What was embedded for a tenant, as the meter writes it down: a model with a price, today. */
const USED = `
  insert into aquifer.embedding_usage (tenant_id, day, model, requests, texts, tokens, cost)
  values ($1, current_date, 'openai:dear', 3, 40, 12345, 1.2345)`;

describe.skipIf(!hasBrowser)('activity and usage in the console', () => {
  let served: ServedHere;
  let browser: Browser;
  let page: Page;
  let ids: string[];

  beforeAll(async () => {
    const options = { embedder: new MadeEmbedder(), entities: [valves] };
    [served, browser] = await Promise.all([serveHere(options), launchBrowser()]);
    ids = [];
    for (const actorId of ['ada', 'ben']) {
      const scope = served.layer.scope({
        tenantId: TENANT,
        actorId,
        request: { requestId: `of-${actorId}` },
      });
      const { id } = await scope.repository(valves).create({ name: `Valve of ${actorId}` });
      ids.push(id);
      await scope.repository(valves).update(id, { stock: 7 });
      await scope.documents.ingest({ source: `${actorId}.md`, text: `Notes of ${actorId}.` });
    }
    ({ page } = await openAt(browser, served, '/activity'));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  describe('the audit', () => {
    beforeEach(() => visit(page, served, '/activity'));
    const records = () => page.getByRole('tabpanel').locator('.audit-list > li');
    const filter = async (fields: Readonly<Record<string, string>>) => {
      for (const [label, value] of Object.entries(fields))
        await page.getByLabel(label, { exact: true }).fill(value);
      await page.getByRole('button', { name: 'Filter' }).click();
    };

    it.each([
      ['Entity', (): string => 'valves', 4],
      ['Row', (): string => ids[0] ?? '', 2],
      ['Who', (): string => 'ben', 3],
      ['Action', (): string => 'valves.update', 2],
      ['Request', (): string => 'of-ada', 3],
    ] as const)('is filtered by %s', async (label, value, expected) => {
      const all = await records().count();
      expect(all).toBeGreaterThan(expected);
      await filter({ [label]: value() });
      await expect.poll(() => records().count()).toBe(expected);
      await page.getByRole('button', { name: 'Clear' }).click();
      await expect.poll(() => records().count()).toBe(all);
    });

    it('is filtered by several things at once, and by time', async () => {
      await filter({ Who: 'ada', Entity: 'valves' });
      await expect.poll(() => records().count()).toBe(2);
      await filter({ From: '2001-01-01T00:00', Until: '2001-01-02T00:00' });
      await page.getByRole('heading', { name: 'No records' }).waitFor();
    });

    it('opens a record to what it changed, and by which request', async () => {
      await filter({ Action: 'valves.update', Who: 'ada' });
      await expect.poll(() => records().count()).toBe(1);
      await records().first().locator('summary').click();
      const changed = records().first().getByRole('row', { name: /stock/ });
      expect(await changed.getByRole('cell').allTextContents()).toEqual(['0', '7']);
      await records().first().getByText('of-ada').waitFor();
    });

    it('is verified, and told to be intact', async () => {
      await served.layer.maintain();
      await page.getByRole('button', { name: 'Verify the chain' }).click();
      await page.getByText('The chain is intact').waitFor();
    });
  });

  describe('live changes', () => {
    const heard = (name: string) => page.getByRole('listitem').filter({ hasText: name });

    it('wait while they are paused, and are told when one goes on', async () => {
      await page.goto(`${served.url}/activity?show=live`);
      await page.getByText('listening', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('paused', { exact: true }).waitFor();
      await change(served, ids[0], 'paused over');
      await page.getByRole('button', { name: 'Go on' }).click();
      await heard(ids[0] ?? '')
        .filter({ hasText: 'note' })
        .waitFor();
    });

    it('miss nothing and double nothing over a cut', async () => {
      const sockets: WebSocketRoute[] = [];
      await page.routeWebSocket('**/ws', (socket) => {
        sockets.push(socket);
        socket.connectToServer();
      });
      await page.goto(`${served.url}/activity?show=live`);
      await page.getByText('listening', { exact: true }).waitFor();
      await change(served, ids[1], 'before the cut');
      await heard(ids[1] ?? '').waitFor();
      await sockets[0]?.close({ code: 1001 });
      await page.getByText('connection lost, trying again').waitFor();
      await change(served, ids[0], 'during the cut');
      await page.getByText('listening', { exact: true }).waitFor({ timeout: 20_000 });
      await heard(ids[0] ?? '').waitFor();
      expect(await heard(ids[0] ?? '').count()).toBe(1);
      expect(await heard(ids[1] ?? '').count()).toBe(1);
    });
  });

  it('usage is that of the tenant alone, in tokens, dollars and bytes', async () => {
    await served.layer.scope({ tenantId: 'other' }).documents.ingest({ source: 'o.md', text: 'Of others.' });
    await served.layer.system('test').query(USED, [TENANT]);
    await visit(page, served, '/usage');
    const usage = (await (await served.ask('/api/usage')).json()) as { storage: { bytes: number } };
    const figures = { Tokens: '12.3K', Cost: '$1.2345', Documents: '2', Size: `${usage.storage.bytes} B` };
    for (const [name, value] of Object.entries(figures)) expect(await figure(page, name), name).toBe(value);
    const model = page.getByRole('row').filter({ hasText: 'openai:dear' });
    expect(await model.getByRole('cell').allTextContents()).toEqual(['3', '40', '12.3K', '$1.2345']);
    await page.getByText('for the tenant acme').waitFor();
    await page.getByLabel('Time').selectOption('7');
    await settled(page);
    await expect.poll(() => page.locator('.bars rect').count()).toBe(7);

    const other = await served.keyOf(['owner'], 'other');
    const theirs = await openAt(browser, served, '/usage', { key: other });
    await theirs.page.getByText('for the tenant other').waitFor();
    expect(await figure(theirs.page, 'Documents')).toBe('1');
    expect(await figure(theirs.page, 'Tokens')).toBe('0');
  });
});

function change({ ask }: ServedHere, id: string | undefined, note: string): Promise<Response> {
  return ask(`/api/entities/valves/${id}`, { method: 'PATCH', body: { note } });
}

function figure(page: Page, name: string): Promise<string | null> {
  return page.locator('.stat', { hasText: name }).locator('.stat-value').textContent();
}
