import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, visit } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';
import { ENTITIES, parts, shelves } from '../server/support/entities.js';

describe.skipIf(!hasBrowser)('entities in the console', () => {
  let served: ServedHere;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const options = { embedder: new MadeEmbedder(), entities: ENTITIES };
    [served, browser] = await Promise.all([serveHere(options), launchBrowser()]);
    ({ page } = await openAt(browser, served, '/data'));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const rows = () => served.layer.scope({ tenantId: TENANT }).repository(parts);
  const field = (name: string) =>
    page
      .locator('.facts-wide > div')
      .filter({ has: page.locator('dt', { hasText: new RegExp(`^${name} `) }) })
      .getByRole('definition');

  it('get a row, once what it lacks is there', async () => {
    await page.getByRole('link', { name: 'parts' }).click();
    await page.getByRole('button', { name: 'New row' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('stock').fill('many');
    await form.getByRole('button', { name: 'Create' }).click();
    await form.getByRole('alert').waitFor();
    expect(await form.getByRole('alert').textContent()).toMatch(/AQF_\w+/);
    await form.getByLabel('name').fill('Gate hinge');
    await form.getByLabel('stock').fill('12');
    await form.getByLabel('secret').fill('under the mat');
    await form.getByLabel('tags').fill('["iron","gate"]');
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Gate hinge', level: 1 }).waitFor();
    const made = await rows().findOne({ where: { name: 'Gate hinge' } });
    expect(made).toMatchObject({ stock: 12, secret: 'under the mat', tags: ['iron', 'gate'] });
    expect(await field('secret').textContent()).toContain('encrypted');
  });

  it('are changed in what was changed alone, and say what is not JSON', async () => {
    const { id } = await rows().create({ name: 'Winch', note: 'Old', stock: 1 });
    await visit(page, served, `/data/parts/${id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('tags').fill('iron');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('tags is not JSON.').waitFor();
    await page.getByLabel('tags').fill('["iron"]');
    await page.getByLabel('note').fill('');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await sent).postDataJSON()).toEqual({ tags: ['iron'], note: null });
    await page.getByText('The row is changed.').waitFor();
    expect(await rows().findById(id)).toMatchObject({ note: null, tags: ['iron'], stock: 1 });
  });

  it('lose a row and get it back', async () => {
    const { id } = await rows().create({ name: 'Rope' });
    await visit(page, served, `/data/parts/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('This row is deleted').waitFor();
    await visit(page, served, '/data/parts');
    expect(await page.getByRole('cell', { name: 'Rope' }).count()).toBe(0);
    await page.getByLabel('Deleted rows').check();
    await page.getByRole('row', { name: /Rope/ }).getByRole('link').click();
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('The row is back.').waitFor();
    expect(await rows().findById(id)).toMatchObject({ name: 'Rope' });
  });

  it('without a trash say that a deleted row is gone', async () => {
    await served.layer.scope({ tenantId: TENANT }).repository(shelves).create({ number: 7, label: 'Top' });
    await visit(page, served, '/data/shelves/7');
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Row']);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('it will be gone').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No rows' }).waitFor();
  });

  it('show what each revision changed, value by value', async () => {
    const { id } = await rows().create({ name: 'Lamp', stock: 1 });
    await rows().update(id, { stock: 2 });
    await rows().update(id, { stock: 3, note: 'Counted' });
    await visit(page, served, `/data/parts/${id}?show=history`);
    const revisions = page.locator('.revisions > li');
    expect(await revisions.count()).toBe(3);
    for (const [at, expected] of [
      [0, { stock: ['2', '3'], note: ['null', 'Counted'] }],
      [1, { stock: ['1', '2'] }],
    ] as const) {
      await revisions.nth(at).getByRole('button', { expanded: false }).click();
      for (const [name, values] of Object.entries(expected)) {
        const line = revisions.nth(at).getByRole('row', { name: new RegExp(`^${name} `) });
        await expect.poll(() => line.getByRole('cell').allTextContents()).toEqual(values);
      }
    }
  });

  it('have branches that are abandoned, and change nothing', async () => {
    const { id } = await rows().create({ name: 'Buoy', stock: 5 });
    await visit(page, served, `/data/parts/${id}?show=branches`);
    await page.getByLabel('New branch').fill('count again');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByText('Nothing differs.').waitFor();
    await page.getByRole('button', { name: 'Edit the branch' }).click();
    await page.getByLabel('stock').fill('6');
    await page.getByRole('button', { name: 'Save to the branch' }).click();
    await page.getByRole('row', { name: 'stock 5 6' }).waitFor();
    await page.getByRole('button', { name: 'Abandon' }).click();
    await page.getByText('abandoned', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Merge' }).count()).toBe(0);
    expect(await rows().findById(id)).toMatchObject({ stock: 5, revision: 1 });
  });

  it('merge what nobody else touched without asking', async () => {
    const { id } = await rows().create({ name: 'Anchor', stock: 1 });
    await visit(page, served, `/data/parts/${id}?show=branches`);
    await page.getByLabel('New branch').fill('paint');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Edit the branch' }).click();
    await page.getByLabel('note').fill('Painted');
    await page.getByRole('button', { name: 'Save to the branch' }).click();
    await page.getByRole('cell', { name: 'Painted' }).waitFor();
    await rows().update(id, { stock: 2 });
    await page.getByRole('button', { name: 'Merge' }).click();
    await page.getByText('Merged: 1 field of the row changed.').waitFor();
    expect(await rows().findById(id)).toMatchObject({ note: 'Painted', stock: 2 });
  });

  it('are read, and not changed, by who may read', async () => {
    const reader = await served.keyOf(['viewer']);
    const { id } = await rows().create({ name: 'Chain' });
    const opened = await openAt(browser, served, `/data/parts/${id}?show=branches`, { key: reader });
    for (const path of [`/data/parts/${id}`, `/data/parts/${id}?show=history`, '/data/parts']) {
      const names = /^(Edit|Delete|Begin|Revert to this|New row)$/;
      expect(await opened.page.getByRole('button', { name: names }).count()).toBe(0);
      await visit(opened.page, served, path);
    }
  });
});
