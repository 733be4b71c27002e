import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser } from '../console/support/browser.js';
import { type ServedHere, serveHere, TENANT } from '../console/support/served-here.js';
import { openAt, settled, visit } from '../console/support/visit.js';

const LIGHT = 'The lamp of the lighthouse burns paraffin, and is lit before sunset.';
const FILLER = 'Gulls are counted in spring, and the paint of the railings is looked after in autumn. ';

/** What is searched: the passage that answers stands far down in its document. */
const DOCUMENTS = [
  {
    title: 'Lamp',
    text: `# Lamp\n\n${FILLER.repeat(120)}\n\n## Fuel\n\n${LIGHT}`,
    kind: 'guide',
    year: 2021,
  },
  {
    title: 'Boat',
    text: '# Boat\n\nThe boat needs a new rudder and paraffin for its stove.',
    kind: 'report',
    year: 2023,
  },
  {
    title: 'Birds',
    text: '# Birds\n\nTerns nest on the shingle, away from people.',
    kind: 'report',
    year: 2024,
  },
];

describe.skipIf(!hasBrowser)('the search of the console', () => {
  let served: ServedHere;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveHere(), launchBrowser()]);
    const scope = served.layer.scope({ tenantId: TENANT });
    for (const { title, text, ...metadata } of DOCUMENTS)
      await scope.documents.ingest({ source: `${title}.md`, title, text, metadata });
    await scope.collections.create({ name: 'harbour' });
    await scope.collection('harbour').documents.ingest({
      source: 'Dues.md',
      title: 'Dues',
      text: '# Dues\n\nDues are paid at the harbour office.',
    });
    ({ page } = await openAt(browser, served, '/search'));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  beforeEach(() => visit(page, served, '/search'));

  const results = () => page.getByRole('article');
  const titles = () => results().getByRole('heading').allTextContents();
  const ask = async (question: string) => {
    await page.getByRole('searchbox', { name: 'Question' }).fill(question);
    await page.keyboard.press('Enter');
    await page
      .getByRole('status')
      .filter({ hasText: /passages? in/ })
      .waitFor();
  };

  it('highlights the words that matched, and opens the document where they are', async () => {
    await ask('What does the lamp burn?');
    const best = results().first();
    const marked = await best.locator('mark').allTextContents();
    expect(marked.map((word) => word.toLowerCase())).toEqual(expect.arrayContaining(['lamp', 'burns']));
    await best.getByRole('link').click();
    const word = page.getByRole('region', { name: 'Passage' }).locator('mark', { hasText: 'burns' });
    await word.waitFor();
    expect(await page.evaluate<number>('scrollY')).toBeGreaterThan(300);
    const { y, height } = (await word.boundingBox()) ?? { y: -1, height: 0 };
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThan(page.viewportSize()?.height ?? 0);
    await page.getByRole('link', { name: 'Results for “What does the lamp burn?”' }).click();
    await settled(page);
    expect(await page.getByRole('searchbox', { name: 'Question' }).inputValue()).toBe(
      'What does the lamp burn?',
    );
    expect((await titles())[0]).toBe('Lamp');
  });

  it('compares words, meaning, or both, and says what each counted', async () => {
    await ask('illumination for mariners');
    await page.getByText('Words', { exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    await page.getByText('No other passage shares a word with the question.').waitFor();
    await page.getByText('Meaning', { exact: true }).click();
    await expect.poll(async () => (await titles()).length).toBeGreaterThan(2);
    expect(await results().first().textContent()).toMatch(/words –meaning 0\.\d\d/);
    await ask('paraffin');
    await page.getByText('Words', { exact: true }).click();
    await expect.poll(async () => (await titles()).sort()).toEqual(['Boat', 'Lamp']);
    expect(await results().first().textContent()).toMatch(/words \d+\.\d\dmeaning –/);
    expect(new URL(page.url()).searchParams.get('mode')).toBe('lexical');
    await page.reload();
    await settled(page);
    expect(await page.getByRole('radio', { name: 'Words', exact: true }).isChecked()).toBe(true);
    expect((await titles()).sort()).toEqual(['Boat', 'Lamp']);
  });

  it.each([
    ['kind', 'is', 'report', ['Birds', 'Boat']],
    ['kind', 'is not', 'report', ['Dues', 'Lamp']],
    ['year', 'at least', '2023', ['Birds', 'Boat']],
    ['year', 'at most', '2021', ['Lamp']],
    ['kind', 'is one of', 'guide, map', ['Lamp']],
    ['year', 'is there', '', ['Birds', 'Boat', 'Lamp']],
  ])('filters by metadata: %s %s %s', async (key, operator, value, expected) => {
    await ask('What is there on the coast?');
    await page.getByText('Meaning', { exact: true }).click();
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await page.getByLabel('Metadata key').fill(key);
    await page.getByLabel('Comparison').selectOption({ label: operator });
    if (value !== '') await page.getByLabel('Value').fill(value);
    await expect.poll(async () => [...new Set(await titles())].sort()).toEqual(expected);
    await page.getByRole('button', { name: 'Remove this condition' }).click();
    await expect.poll(async () => new Set(await titles()).size).toBe(4);
  });

  it('keeps to collections, and to a number of results', async () => {
    await ask('dues, terns, rudder, paraffin');
    await page.getByRole('group', { name: 'Collections' }).getByText('harbour').click();
    await expect.poll(titles).toEqual(['Dues']);
    expect(await results().first().textContent()).toContain('harbour');
    await page.getByRole('group', { name: 'Collections' }).getByText('harbour').click();
    const asked = page.waitForRequest((request) => /"limit":25/.test(request.postData() ?? ''));
    await page.getByRole('combobox', { name: 'Results' }).selectOption('25');
    await asked;
  });

  it('finds beginnings of words, and forgives spelling', async () => {
    await ask('parafin');
    await page.getByText('Words', { exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    await page.getByLabel('Forgive spelling').check();
    await expect.poll(async () => (await titles()).sort()).toEqual(['Boat', 'Lamp']);
    await page.getByLabel('Forgive spelling').uncheck();
    await ask('rud');
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    await page.getByLabel('Beginnings of words').check();
    await expect.poll(titles).toEqual(['Boat']);
  });

  it('explains how its answer came about, in a drawer that gives the focus back', async () => {
    await ask('paraffin stove');
    await page.getByRole('button', { name: 'Explain' }).click();
    const drawer = page.getByRole('dialog', { name: 'How this came about' });
    await drawer.waitFor();
    const text = (await drawer.textContent()) ?? '';
    for (const part of ['by words', 'by meaning', 'Time in the database', 'Vectors', 'builtin'])
      expect(text).toContain(part);
    const words = drawer.getByRole('listitem').filter({ hasText: /in \d+ passages?/ });
    expect((await words.allTextContents()).join()).toMatch(/paraffin.*in 2 passages/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Explain');
  });

  it('says so when the server cannot answer, and asks again', async () => {
    await page.route('**/api/search', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 503,
          code: 'AQF_DATABASE_UNAVAILABLE',
          detail: 'The database is away.',
          hint: 'Wait.',
        }),
      }),
    );
    await page.getByRole('searchbox', { name: 'Question' }).fill('anything');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The database is away.').waitFor({ timeout: 20_000 });
    await page.unroute('**/api/search');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /passages? in/ })
      .waitFor();
  });
});
