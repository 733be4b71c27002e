import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type Served, serveDemo } from '../console/support/served.js';
import { openAt, visit } from '../console/support/visit.js';

describe.skipIf(!hasBrowser)('rows in the console', () => {
  let served: Served;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveDemo(), launchBrowser()]);
    ({ page } = await openAt(browser, served, '/data'));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const change = (id: string, body: object) =>
    served.ask(`/api/entities/suppliers/${id}`, { method: 'PATCH', body });

  it('are filtered and ordered', async () => {
    await visit(page, served, '/data/suppliers');
    await page.getByLabel('Field').selectOption('risk');
    await page.getByLabel('Value').fill('ordinary');
    await page.getByRole('button', { name: 'Filter' }).click();
    await expect.poll(() => cells(page, 'critical')).toBe(0);
    await page.getByRole('columnheader', { name: 'annualCost' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'annualCost' }).getByRole('button').click();
    await expect.poll(() => costs(page).then((shown) => isDescending(shown) && shown.length > 1)).toBe(true);
  });

  it('are not overwritten when someone else was faster', async () => {
    await visit(page, served, '/data/suppliers/S-002');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('owner').fill('Mine');
    await change('S-002', { owner: 'Theirs' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Someone changed this row meanwhile').waitFor();
    const conflict = page.getByRole('group', { name: 'owner' });
    expect(await conflict.textContent()).toContain('Theirs');
    await conflict.getByLabel('Your change').check();
    await page.getByRole('button', { name: 'Write the choice' }).click();
    await expect.poll(() => page.getByRole('definition').filter({ hasText: /^Mine/ }).count()).toBe(1);
  });

  it('go back to what they were', async () => {
    await change('S-003', { owner: 'Nobody' });
    await visit(page, served, '/data/suppliers/S-003?show=history');
    await page.getByRole('button', { expanded: false }).first().click();
    await expect.poll(() => page.getByRole('row', { name: /owner/ }).textContent()).toContain('Nobody');
    await page.getByRole('button', { name: 'Revert to this' }).last().click();
    await page.getByText('The row is as it was at revision 1.').waitFor();
    const row = await (await served.ask('/api/entities/suppliers/S-003')).json();
    expect(row).toMatchObject({ owner: 'Ada Lindqvist' });
  });

  it('have branches, whose conflicts are settled side by side', async () => {
    await visit(page, served, '/data/suppliers/S-004?show=branches');
    await page.getByLabel('New branch').fill('renegotiation');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Edit the branch' }).click();
    await page.getByLabel('owner').fill('Of the branch');
    await page.getByRole('button', { name: 'Save to the branch' }).click();
    await page.getByRole('cell', { name: 'Of the branch' }).waitFor();
    await change('S-004', { owner: 'Of the row' });
    await page.getByRole('button', { name: 'Merge' }).click();
    await page.getByText('Both sides changed 1 field').waitFor();
    expect(await page.getByRole('button', { name: '1 field to choose' }).isDisabled()).toBe(true);
    await page.getByRole('group', { name: 'owner' }).getByLabel('The branch').check();
    await page.getByRole('button', { name: 'Merge' }).click();
    await page.getByText('merged', { exact: true }).waitFor();
    const row = await (await served.ask('/api/entities/suppliers/S-004')).json();
    expect(row).toMatchObject({ owner: 'Of the branch' });
  });

  it('are told live when they change', async () => {
    await page.goto(`${served.url}/activity?show=live`);
    await page.getByText('listening', { exact: true }).waitFor();
    await change('S-005', { owner: 'Heard of' });
    await page.getByRole('listitem').filter({ hasText: 'S-005' }).filter({ hasText: 'owner' }).waitFor();
  });
});

function cells(page: Page, text: string): Promise<number> {
  return page.getByRole('cell', { name: text, exact: true }).count();
}

async function costs(page: Page): Promise<number[]> {
  const rows = await page.getByRole('row').allInnerTexts();
  return rows.slice(1).map((row) => Number(row.split('\n')[5]));
}

function isDescending(numbers: readonly number[]): boolean {
  return numbers.every((number, at) => at === 0 || number <= (numbers[at - 1] ?? 0));
}
