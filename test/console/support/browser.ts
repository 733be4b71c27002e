import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** No sandbox, since tests run as root in containers; the rest keeps it from talking to anyone. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whether there is a browser. Where there is none, tests are left out with a word; not in CI, where they fail. */
export const hasBrowser = existsSync(CHROMIUM) || process.env.CI === 'true';
if (!hasBrowser) console.warn(`tests of the console are left out: there is no ${CHROMIUM} (scripts/browser)`);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export interface Look {
  readonly scheme: 'light' | 'dark';
  readonly device: 'desktop' | 'phone';
}

export const DESKTOP: Look = { scheme: 'light', device: 'desktop' };

/** What every page is looked at in. */
export const LOOKS: readonly Look[] = [
  DESKTOP,
  { scheme: 'dark', device: 'desktop' },
  { scheme: 'light', device: 'phone' },
  { scheme: 'dark', device: 'phone' },
];

const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 375, height: 780 } };

export interface OpenedPage {
  readonly page: Page;
  /** What the page complained of: exceptions, and whatever its policy or the network refused. */
  readonly complaints: string[];
}

/** A page in a context of its own: nobody is signed in. */
export async function openPage(browser: Browser, { scheme, device }: Look): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: SIZES[device],
    colorScheme: scheme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  return { page, complaints };
}
