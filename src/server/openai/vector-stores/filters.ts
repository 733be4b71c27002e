import { z } from 'zod';
import type { Filter } from '../../../filters/index.js';

const key = z.string().min(1).max(64);
const single = z.union([z.string().max(8192), z.number(), z.boolean()]);
const list = z.array(z.union([z.string().max(8192), z.number()])).max(1000);

const comparison = z.union([
  z.strictObject({ type: z.enum(['eq', 'ne']), key, value: single }),
  z.strictObject({ type: z.enum(['gt', 'gte', 'lt', 'lte']), key, value: z.union([z.string(), z.number()]) }),
  z.strictObject({ type: z.enum(['in', 'nin']), key, value: list }),
]);

type Comparison = z.output<typeof comparison>;
interface Compound {
  readonly type: 'and' | 'or';
  readonly filters: readonly OpenAiFilter[];
}
export type OpenAiFilter = Comparison | Compound;

/** Deeper than any filter that means something, and no deeper than a stack. */
const DEEPEST = 20;

function filterSchema(depth: number): z.ZodType<OpenAiFilter> {
  if (depth === 0) return comparison;
  const inner = z.lazy(() => filterSchema(depth - 1));
  return z.union([
    comparison,
    z.strictObject({ type: z.enum(['and', 'or']), filters: z.array(inner).max(100) }),
  ]);
}

export const filters = filterSchema(DEEPEST);

/** What is asked of one key, or of several together, in our words. */
export function toFilter(filter: OpenAiFilter): Filter {
  if ('filters' in filter) {
    const filters = filter.filters.map(toFilter);
    return filter.type === 'and' ? { and: filters } : { or: filters };
  }
  const { type, key: name, value } = filter;
  return { [name]: { [type]: value } } as Filter;
}
