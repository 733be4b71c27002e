import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdf } from '../support/pdf.js';
import { hasBrowser, launchBrowser, openPage } from './support/browser.js';
import { type Served, serveDemo } from './support/served.js';
import { visit } from './support/visit.js';

const DESKTOP = { scheme: 'light', device: 'desktop' } as const;
const SOURCE = 'lighthouse-keeping.pdf';

/** Six lines, so that there is something around the passage. */
const LIGHTHOUSE = pdf(
  [
    {
      texts: [
        { text: 'Lighthouse keeping', size: 20, y: 780 },
        { text: 'The lamp is lit a quarter of an hour before sunset and put out after sunrise.', y: 740 },
        { text: 'Paraffin for the spare lamp is stored in the northern cellar, never in the tower.', y: 720 },
        { text: 'Fog signals are sounded every ninety seconds while the far buoy cannot be seen.', y: 700 },
      ],
    },
  ],
  '/Title (Lighthouse keeping)',
);

describe.skipIf(!hasBrowser)('the console', () => {
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveDemo(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('says that a key was refused, and takes one that is not', async () => {
    const { page } = await openPage(browser, DESKTOP);
    await page.goto(served.url);
    await page.getByLabel('API key').fill('aq_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key was not accepted.').waitFor();

    await page.getByLabel('API key').fill(served.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('takes the key of a link out of the address', async () => {
    const { page } = await openPage(browser, DESKTOP);
    await page.goto(`${served.url}/usage#key=${served.key}`);
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    expect(page.url()).toBe(`${served.url}/usage`);
  });

  it('is walked from a file to its passage, its trash, and its history', async () => {
    const { page, complaints } = await openPage(browser, DESKTOP);
    await page.goto(`${served.url}/#key=${served.key}`);
    await page.getByRole('link', { name: 'Documents' }).click();
    await page.getByRole('heading', { name: 'Documents', level: 1 }).waitFor();

    await page
      .getByLabel('Files to upload')
      .setInputFiles({ name: SOURCE, mimeType: 'application/pdf', buffer: LIGHTHOUSE });
    const upload = page
      .getByRole('list', { name: 'Uploads' })
      .getByRole('listitem')
      .filter({ hasText: SOURCE });
    await upload.getByText('searchable').waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Lighthouse keeping' }).waitFor();

    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Question' }).fill('Where is paraffin stored?');
    await page.keyboard.press('Enter');
    const best = page.getByRole('article').first();
    await best.getByRole('link', { name: 'Lighthouse keeping' }).waitFor();
    expect((await best.locator('mark').allTextContents()).map((word) => word.toLowerCase())).toContain(
      'paraffin',
    );

    await best.getByRole('link').click();
    const passage = page.getByRole('region', { name: 'Passage' });
    await passage.getByText('northern cellar').waitFor();
    await expect.poll(() => passage.locator('mark', { hasText: 'Paraffin' }).isVisible()).toBe(true);
    const documentPage = page.url().split('?')[0] ?? '';

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Original' }).click();
    expect((await download).suggestedFilename()).toBe(SOURCE);

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('This document is in the trash').waitFor();
    await visit(page, served, '/search?q=Where+is+paraffin+stored%3F');
    await expect.poll(() => page.getByRole('article').count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Lighthouse keeping' }).count()).toBe(0);

    await visit(page, served, '/documents?show=deleted');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Lighthouse keeping' })
      .getByRole('button', { name: 'Restore' })
      .click();
    await page.getByText('The trash is empty').waitFor();
    await page.getByText('“Lighthouse keeping” is back.').waitFor();
    await visit(page, served, '/search?q=Where+is+paraffin+stored%3F');
    await page.getByRole('link', { name: 'Lighthouse keeping' }).waitFor();

    const id = documentPage.split('/').at(-1) ?? '';
    await page.goto(`${documentPage}?show=history`);
    const history = page.getByRole('tabpanel').getByRole('listitem');
    for (const operation of ['insert', 'delete', 'restore']) {
      await history.filter({ hasText: operation }).first().waitFor();
    }
    await visit(page, served, '/activity');
    const restored = page.getByRole('listitem').filter({ hasText: id }).filter({ hasText: 'restore' });
    await restored.first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('is walked by keys alone', async () => {
    const { page } = await openPage(browser, DESKTOP);
    await page.goto(`${served.url}/#key=${served.key}`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const [letter, name] of Object.entries({
      d: 'Documents',
      e: 'Data',
      a: 'Activity',
      p: 'Operations',
      u: 'Usage',
    })) {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Tab');
    const outside = await page.evaluate('document.activeElement.closest("main, .sidebar") !== null');
    expect(outside).toBe(false);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);

    await page.reload();
    await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('tells who may not see a page, and shows the rest', async () => {
    const made = await served.ask('/api/keys', {
      method: 'POST',
      body: { name: 'reader', roles: ['viewer'] },
    });
    const { key } = (await made.json()) as { key: string };
    const { page } = await openPage(browser, DESKTOP);
    await page.goto(`${served.url}/usage#key=${key}`);
    await page.getByRole('heading', { name: 'Not for this key' }).waitFor();
    await page.getByText('usage:read').first().waitFor();
    await visit(page, served, '/documents');
    await page.getByRole('link', { name: 'Travel and expenses' }).waitFor();
    expect(await page.getByRole('button', { name: 'Choose files' }).count()).toBe(0);
  });

  it('shows why a file could not be read, and what to do', async () => {
    const { page } = await openPage(browser, DESKTOP);
    await page.goto(`${served.url}/documents#key=${served.key}`);
    await page.getByLabel('Files to upload').setInputFiles({
      name: 'broken.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7\nno more'),
    });
    const upload = page
      .getByRole('list', { name: 'Uploads' })
      .getByRole('listitem')
      .filter({ hasText: 'broken.pdf' });
    await upload.getByText('AQF_EXTRACTION_CORRUPT').waitFor({ timeout: 60_000 });
    await upload.getByRole('button', { name: 'Forget broken.pdf' }).click();
    await expect.poll(() => upload.count()).toBe(0);
  });
});
