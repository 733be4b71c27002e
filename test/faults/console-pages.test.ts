import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousFindings } from '../console/support/accessibility.js';
import { hasBrowser, LOOKS, launchBrowser, openPage } from '../console/support/browser.js';
import { takePicture } from '../console/support/pictures.js';
import { type Served, serveDemo } from '../console/support/served.js';
import { overflow, signIn, visit } from '../console/support/visit.js';

const QUESTION = 'Who has to approve a trip abroad?';
const asked = `/search?q=${encodeURIComponent(QUESTION)}`;

describe.skipIf(!hasBrowser)('pages of the console', () => {
  let served: Served;
  let browser: Browser;
  let paths: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveDemo(), launchBrowser()]);
    paths = await pathsOf(served);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it.each(LOOKS)(
    'are accessible, and no wider than a $device in $scheme',
    async (look) => {
      const { page, complaints } = await openPage(browser, look);
      await page.goto(served.url);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await takePicture(page, 'sign-in', look);
      const findings: Record<string, unknown> = { 'sign-in': await seriousFindings(page) };
      await signIn(page, served);
      for (const [name, path] of Object.entries(paths)) {
        await visit(page, served, path);
        await takePicture(page, name, look);
        findings[name] = await seriousFindings(page);
        expect(await overflow(page), `${name} is wider than its window`).toBeLessThanOrEqual(0);
      }
      await visit(page, served, asked);
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByRole('dialog').waitFor();
      await takePicture(page, 'explain', look);
      findings.explain = await seriousFindings(page);
      expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((name) => [name, []])));
      expect(complaints).toEqual([]);
    },
    240_000,
  );
});

async function pathsOf({ ask }: Served): Promise<Readonly<Record<string, string>>> {
  const answer = await ask('/api/search', { method: 'POST', body: { question: QUESTION } });
  const { results } = (await answer.json()) as {
    results: { documentId: string; start: number; end: number }[];
  };
  const [best] = results;
  const document = `/documents/${best?.documentId}`;
  return {
    overview: '/',
    search: asked,
    'search-empty': '/search',
    documents: '/documents',
    trash: '/documents?show=deleted',
    document: `${document}?start=${best?.start}&end=${best?.end}&words=trip,abroad,approved`,
    'document-passages': `${document}?show=chunks`,
    'document-details': `${document}?show=details`,
    'document-history': `${document}?show=history`,
    data: '/data',
    rows: '/data/suppliers',
    row: '/data/suppliers/S-001',
    'row-history': '/data/suppliers/S-001?show=history',
    'row-branches': '/data/suppliers/S-001?show=branches',
    activity: '/activity',
    live: '/activity?show=live',
    operations: '/operations',
    usage: '/usage',
    'no-page': '/nowhere',
  };
}
