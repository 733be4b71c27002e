import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Look } from './browser.js';

/** Where pictures of the pages are kept, for people to look at. */
export const PICTURES = process.env.AQUIFER_CONSOLE_PICTURES ?? join(tmpdir(), 'aquifer-console');

export async function takePicture(page: Page, name: string, { scheme, device }: Look): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}-${device}-${scheme}.png`) });
}
