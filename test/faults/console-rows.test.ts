import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launchBrowser, openPage } from '../console/support/browser.js';
import { type Served, serveContacts } from '../console/support/served.js';

const ROWS = 10_000;
/** What freezes a page: the figure itself (150 ms on a busy machine) is printed, and depends on the machine. */
const LONGEST_TASK_MS = 1000;

/** Counts every task of the page that takes longer than 50 ms, as browsers do. */
const WATCH_TASKS = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });`;

/** Scrolls a screen at each frame until the last row is there. */
const SCROLL = `new Promise((resolve) => {
  const frame = document.querySelector('.row-frame');
  const step = () => {
    const rows = document.querySelectorAll('.row-line').length;
    window.mostLines = Math.max(window.mostLines ?? 0, rows);
    const isEnd = frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1;
    if (isEnd && document.querySelector('[role=table]').getAttribute('aria-rowcount') !== '-1') return resolve();
    frame.scrollBy(0, frame.clientHeight);
    requestAnimationFrame(step);
  };
  step();
})`;

describe.skipIf(!hasBrowser)('a table of 10,000 rows', () => {
  let served: Served;
  let browser: Browser;

  beforeAll(async () => {
    [served, browser] = await Promise.all([serveContacts(ROWS), launchBrowser()]);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('is scrolled to its end without a pause, and holds no more lines than are seen', async () => {
    const { page } = await openPage(browser, { scheme: 'light', device: 'desktop' });
    await page.goto(`${served.url}/data/contacts#key=${served.key}`);
    await page.getByRole('row').nth(10).waitFor();
    await page.evaluate(WATCH_TASKS);
    const begun = performance.now();
    await page.evaluate(SCROLL);
    const seconds = (performance.now() - begun) / 1000;
    const longest = await page.evaluate<number>('Math.max(0, ...window.longTasks)');
    const lines = await page.evaluate<number>('window.mostLines');
    console.log(
      `${ROWS} rows in ${seconds.toFixed(1)} s; longest task ${Math.round(longest)} ms; ${lines} lines at most`,
    );
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
    expect(lines).toBeLessThan(100);
    expect(longest).toBeLessThan(LONGEST_TASK_MS);
  }, 240_000);
});
