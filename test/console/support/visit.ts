import type { Browser, Page } from 'playwright-core';
import { DESKTOP, type Look, type OpenedPage, openPage } from './browser.js';
import type { Served } from './served.js';

/** Signs in by the link, as `npm start` prints it. */
export async function signIn(page: Page, { url, key }: Served): Promise<void> {
  await page.goto(`${url}/#key=${key}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** Goes to a page and waits until it has read what it shows. */
export async function visit(page: Page, { url }: Served, path: string): Promise<void> {
  await page.goto(url + path);
  await settled(page);
}

/** Pixels that a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** A page that is signed in, at the path. */
export async function openAt(
  browser: Browser,
  served: Served,
  path: string,
  { look = DESKTOP, key = served.key }: { readonly look?: Look; readonly key?: string } = {},
): Promise<OpenedPage> {
  const opened = await openPage(browser, look);
  await opened.page.goto(`${served.url}${path}#key=${key}`);
  await settled(opened.page);
  return opened;
}

/** Waits until a page has read what it shows. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main:has(h1, .state):not(:has(.skeleton))').waitFor();
}
