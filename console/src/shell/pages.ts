import type { ComponentType } from 'react';
import { ActivityPage } from '../pages/activity/activity-page.js';
import { DataPages } from '../pages/data/data-pages.js';
import { DocumentsPages } from '../pages/documents/documents-pages.js';
import { OperationsPage } from '../pages/operations/operations-page.js';
import { OverviewPage } from '../pages/overview/overview-page.js';
import { SearchPage } from '../pages/search/search-page.js';
import { UsagePage } from '../pages/usage/usage-page.js';
import type { IconName } from '../parts/icon.js';

export interface ConsolePage {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  /** Goes here after `g`. */
  readonly letter: string;
  readonly Page: ComponentType;
}

export const PAGES: readonly ConsolePage[] = [
  { path: '/', name: 'Overview', icon: 'overview', letter: 'o', Page: OverviewPage },
  { path: '/search', name: 'Search', icon: 'search', letter: 's', Page: SearchPage },
  { path: '/documents', name: 'Documents', icon: 'document', letter: 'd', Page: DocumentsPages },
  { path: '/data', name: 'Data', icon: 'table', letter: 'e', Page: DataPages },
  { path: '/activity', name: 'Activity', icon: 'activity', letter: 'a', Page: ActivityPage },
  { path: '/operations', name: 'Operations', icon: 'gauge', letter: 'p', Page: OperationsPage },
  { path: '/usage', name: 'Usage', icon: 'chart', letter: 'u', Page: UsagePage },
];

/** The page of a path; undefined where there is none. */
export function pageOf(path: string): ConsolePage | undefined {
  return PAGES.find((page) =>
    page.path === '/' ? path === '/' : path === page.path || path.startsWith(`${page.path}/`),
  );
}
