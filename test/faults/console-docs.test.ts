import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../console/support/accessibility.js';
import { hasBrowser, LOOKS, launchBrowser, openPage } from '../console/support/browser.js';
import { takePicture } from '../console/support/pictures.js';
import { type ServedHere, serveHere } from '../console/support/served-here.js';
import { overflow } from '../console/support/visit.js';
import { MadeEmbedder } from '../pipeline/made-embedder.js';

describe.skipIf(!hasBrowser)('the page of the routes', () => {
  let served: ServedHere;
  let browser: Browser;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveHere({ embedder: new MadeEmbedder() }), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it.each(LOOKS)('is accessible, and no wider than a $device in $scheme', async (look) => {
    const { page, complaints } = await openPage(browser, look);
    await page.goto(`${served.url}/docs`);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await takePicture(page, 'docs', look);
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
    expect(await page.locator('details[open]').count()).toBeGreaterThan(40);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.locator('details').nth(6).scrollIntoViewIfNeeded();
    await takePicture(page, 'docs-open', look);
    expect(complaints).toEqual([]);
  });

  it('is walked by keys: to the routes at once, and each opened by Enter', async () => {
    const { page } = await openPage(browser, { scheme: 'light', device: 'desktop' });
    await page.goto(`${served.url}/docs`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the routes');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open]').count()).toBe(1);
  });
});
