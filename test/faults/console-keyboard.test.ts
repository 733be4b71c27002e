import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, type Look, launchBrowser } from '../console/support/browser.js';
import { type Served, serveDemo } from '../console/support/served.js';
import { openAt, visit } from '../console/support/visit.js';

const PATHS = [
  '/',
  '/search?q=Who+has+to+approve+a+trip+abroad%3F&filter=[{"key":"a","operator":"ne","value":"b"}]',
  '/documents',
  '/documents?show=deleted',
  '/data',
  '/data/suppliers',
  '/data/suppliers/S-001',
  '/data/suppliers/S-001?show=history',
  '/data/suppliers/S-001?show=branches',
  '/activity',
  '/activity?show=live',
  '/operations',
  '/usage',
];

/** Marks what can be acted on: one of each group of radios, and of tabs the one that is chosen. */
const MARK = `(() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role=tab], [contenteditable]')];
  const seen = all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled);
  const groups = new Set();
  const wanted = seen.filter((one) => {
    if (one.role === 'tab') return one.ariaSelected === 'true';
    if (one.type !== 'radio') return true;
    const isFirst = !groups.has(one.name);
    groups.add(one.name);
    return isFirst;
  });
  window.wanted = new Map(wanted.map((one) => [one.type === 'radio' ? one.name : one, one.outerHTML.slice(0, 120)]));
  window.withoutOutline = [];
  return window.wanted.size;
})()`;

/** Takes off the list what has the focus; true once it is back at the beginning. */
const TAKE = `(() => {
  const { activeElement: one } = document;
  if (one === document.body || one === null) return true;
  window.wanted.delete(one.type === 'radio' ? one.name : one);
  const shown = one.type === 'radio' ? one.closest('label') : one;
  const styles = [shown, shown.querySelector('span')].filter(Boolean).map((each) => getComputedStyle(each));
  if (!styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none'))
    window.withoutOutline.push(one.outerHTML.slice(0, 120));
  return false;
})()`;

/** Whether something has the focus that is not in the dialog; a browser's own controls do not count. */
const IS_OUTSIDE = 'document.activeElement !== document.body && !document.activeElement.closest("dialog")';

const LOOKS: readonly Look[] = [
  { scheme: 'light', device: 'desktop' },
  { scheme: 'light', device: 'phone' },
];

describe.skipIf(!hasBrowser)('by keys alone', () => {
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveDemo(), launchBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it.each(LOOKS)('everything is reached, and the focus is seen ($device)', async (look) => {
    const { page } = await openAt(browser, served, '/', { look });
    for (const path of PATHS) {
      await visit(page, served, path);
      await tabThrough(page);
      expect(await page.evaluate('[...window.wanted.values()]'), `not reached on ${path}`).toEqual([]);
      expect(await page.evaluate('window.withoutOutline'), `without a focus that is seen on ${path}`).toEqual(
        [],
      );
    }
  });

  it('tabs are changed by arrows, and rows and records opened by Enter', async () => {
    const { page } = await openAt(browser, served, '/data/suppliers/S-001');
    await page.getByRole('tab', { name: 'Row' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'History', selected: true }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('tab', { name: 'Row', selected: true }).waitFor();

    await visit(page, served, '/activity');
    await page.locator('.audit-list summary').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.audit-list details[open]').waitFor();

    await visit(page, served, '/data/suppliers');
    await page.getByRole('link', { name: 'S-002' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Row' }).waitFor();
  });

  it('a dialog takes the focus, keeps it, and gives it back', async () => {
    const { page } = await openAt(browser, served, '/data/suppliers');
    await page.getByRole('button', { name: 'New row' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New row of suppliers' }).waitFor();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(IS_OUTSIDE)).toBe(false);
    }
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('New row');
  });

  it('the menu of a phone is opened, walked and closed', async () => {
    const { page } = await openAt(browser, served, '/', { look: { scheme: 'light', device: 'phone' } });
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('dialog', { name: 'Menu' });
    await menu.getByRole('link', { name: 'Usage' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
    await expect.poll(() => menu.count()).toBe(0);
  });
});

const MOST_PRESSES = 400;

async function tabThrough(page: Page): Promise<void> {
  expect(await page.evaluate<number>(MARK)).toBeGreaterThan(2);
  await page.evaluate('document.activeElement.blur()');
  for (let presses = 0; presses < MOST_PRESSES; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(TAKE)) return;
  }
  throw new Error('the focus never came round');
}
