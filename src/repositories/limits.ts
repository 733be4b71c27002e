/** How much one call may ask for. */
export const LIMITS = {
  /** Rows of a page where no limit is stated. */
  defaultPage: 100,
  page: 1000,
  /** Values of one `in` list. */
  list: 10_000,
  filterDepth: 8,
  /** Conditions of one filter in all. */
  conditions: 500,
  orderTerms: 8,
  includeDepth: 4,
  /** Rows that one include may bring: parents × limit. */
  included: 100_000,
  createMany: 10_000,
  /** Rows of one INSERT. */
  batch: 1000,
  /** Characters of a cursor. */
  cursor: 65_536,
} as const;
