import { z } from 'zod';

/** Parts that the schemas of several routes have in common. */

export const date = z.date();

/** A page of a list; `next` continues it, and is null at its end. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Goes into `after` for the next page.'),
  });
}

/** How a list is walked: numbers in a query are text. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Items wanted, 1 to 1000.'),
  after: z.string().min(1).max(4096).optional().describe('`next` of the page before.'),
};

/** A moment in a query or a body, as ISO 8601 has it; a day alone is its beginning in UTC. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text));

/** A switch in a query. */
export const isTrue = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

export const id = z.string().min(1).max(4096);

/** The page of a list whose items have a cursor: full pages may go on. */
export function toPage<T>(items: readonly T[], limit: number, cursor: (item: T) => string) {
  const last = items.at(-1);
  return { items, next: items.length === limit && last !== undefined ? cursor(last) : null };
}
