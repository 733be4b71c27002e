import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, settled, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { ENTITIES, parts } from '../server/support/entities.js';

/** As dear as models are. */
const MODEL = { ...new MadeEmbedder().model, pricePerMillionTokens: 50_000 };

describe.skipIf(!hasBrowser)('activity and usage in the console', () => {
  let served: ServedHere;
  let browser: Browser;
  let page: Page;
  let ids: string[];

  beforeAll(async () => {
    const embedder = Object.assign(new MadeEmbedder(), { model: MODEL });
    [served, browser] = await Promise.all([serveHere({ embedder, entities: ENTITIES }), launchBrowser()]);
    ids = [];
    for (const actorId of ['ada', 'ben']) {
      const scope = served.layer.scope({
        tenantId: TENANT,
        actorId,
        request: { requestId: `of-${actorId}` },
      });
      const { id } = await scope.repository(parts).create({ name: `Valve of ${actorId}` });
      ids.push(id);
      await scope.repository(parts).update(id, { stock: 7 });
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
      ['Entity', () => 'parts', 4],
      ['Row', () => ids[0] ?? '', 2],
      ['Who', () => 'ben', 3],
      ['Action', () => 'parts.update', 2],
      ['Request', () => 'of-ada', 3],
    ] as const)('is filtered by %s', async (label, value, expected) => {
      const all = await records().count();
      expect(all).toBeGreaterThan(expected);
      await filter({ [label]: value() });
      await expect.poll(() => records().count()).toBe(expected);
      await page.getByRole('button', { name: 'Clear' }).click();
      await expect.poll(() => records().count()).toBe(all);
    });

    it('is filtered by several things at once, and by time', async () => {
      await filter({ Who: 'ada', Entity: 'parts' });
      await expect.poll(() => records().count()).toBe(2);
      await filter({ From: '2001-01-01T00:00', Until: '2001-01-02T00:00' });
      await page.getByRole('heading', { name: 'No records' }).waitFor();
    });

    it('opens a record to what it changed, and by which request', async () => {
      await filter({ Action: 'parts.update', Who: 'ada' });
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
    const usageOf = async () => (await served.ask('/api/usage')).json();
    await expect.poll(async () => (await usageOf()).days.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await visit(page, served, '/usage');
    const { days, storage } = await usageOf();
    const [{ tokens, cost }] = days;
    expect(cost).toBeCloseTo((tokens * MODEL.pricePerMillionTokens) / 1e6, 6);
    const stat = (name: string) =>
      page.locator('.stat', { hasText: name }).locator('.stat-value').textContent();
    expect(await stat('Tokens')).toBe(String(tokens));
    expect(await stat('Cost')).toBe(`$${cost.toFixed(2)}`);
    expect(await stat('Documents')).toBe('2');
    expect(await stat('Size')).toBe(`${storage.bytes} B`);
    const model = page.getByRole('row').filter({ hasText: MODEL.id });
    expect((await model.getByRole('cell').allTextContents()).slice(-2)).toEqual([
      String(tokens),
      `$${cost.toFixed(2)}`,
    ]);
    await page.getByText('for the tenant acme').waitFor();
    await page.getByLabel('Time').selectOption('7');
    await settled(page);
    expect(await page.locator('.bars rect').count()).toBe(7);

    const other = await served.keyOf(['owner'], 'other');
    const theirs = await openAt(browser, served, '/usage', { key: other });
    await theirs.page.getByText('for the tenant other').waitFor();
    expect(
      await theirs.page.locator('.stat', { hasText: 'Documents' }).locator('.stat-value').textContent(),
    ).toBe('1');
  });
});

function change({ ask }: ServedHere, id: string | undefined, note: string): Promise<Response> {
  return ask(`/api/entities/parts/${id}`, { method: 'PATCH', body: { note } });
}
