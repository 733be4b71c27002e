import type { Knowledge, KnownPassage } from './data.js';

/** Passages that are searched together: those of a tenant, or those that a filter leaves of all. */
export interface Group {
  readonly name: string;
  contains(passage: KnownPassage, index: number): boolean;
}

export const EVERYTHING: Group = { name: 'everything', contains: () => true };

/** Filters as every contestant can express them: one key, one value. */
export const FILTERS = {
  recall_filter_10pct: { key: 'year', value: 2025 },
  recall_filter_1pct: { key: 'status', value: 'deferred' },
  recall_filter_01pct: { key: 'status', value: 'living' },
} as const;

/** The tenants of the set, the largest first. */
export function tenantsOf({ passages }: Knowledge): string[] {
  const sizes = new Map<string, number>();
  for (const { tenant } of passages) sizes.set(tenant, (sizes.get(tenant) ?? 0) + 1);
  return [...sizes].sort(([, a], [, b]) => b - a).map(([tenant]) => tenant);
}

export function tenantGroup(tenant: string): Group {
  return { name: `tenant-${tenant}`, contains: (passage) => passage.tenant === tenant };
}

export function filterGroup({ key, value }: { key: 'year' | 'status'; value: unknown }): Group {
  return { name: `${key}-${value}`, contains: (passage) => passage[key] === value };
}

/** The same rows as tenants of other sizes: neighbours in the file, so that they are alike as a tenant's rows are. */
export function regrouped({ passages }: Knowledge): (Group & { readonly rows: number })[] {
  const small = Math.ceil(passages.length / 1000);
  const medium = Math.ceil(passages.length / 10);
  const bounds = [0, small, small + medium, passages.length];
  return ['small', 'medium', 'large'].map((size, place) => {
    const [from, to] = [bounds[place] as number, bounds[place + 1] as number];
    return {
      name: `regrouped-${size}`,
      rows: to - from,
      contains: (_, index) => index >= from && index < to,
    };
  });
}

/** All that a run judges by. */
export function groupsOf(knowledge: Knowledge): Group[] {
  return [
    EVERYTHING,
    ...tenantsOf(knowledge).map(tenantGroup),
    ...Object.values(FILTERS).map(filterGroup),
    ...regrouped(knowledge),
  ];
}
