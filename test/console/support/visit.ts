import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Served } from './served.js';

/** Signs in by the link, as `npm start` prints it. */
export async function signIn(page: Page, { url, key }: Served): Promise<void> {
  await page.goto(`${url}/#key=${key}`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
}

/** Goes to a page and waits until it has read what it shows. */
export async function visit(page: Page, { url }: Served, path: string): Promise<void> {
  await page.goto(url + path);
  await page.locator('main h1, main .state').first().waitFor();
  await expect.poll(() => page.locator('main .skeleton').count(), { timeout: 30_000 }).toBe(0);
}

/** Pixels that a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}
