import { AquiferError } from '../../errors/index.js';
import type { RelationalProvider, SystemContext, TenantContext } from '../../relational/index.js';
import { READ } from './queries.js';

/** What a tenant embedded with a model on a day. */
export interface DailyUsage {
  readonly tenantId: string;
  /** UTC, as `2025-11-21`. */
  readonly day: string;
  /** Its id. */
  readonly model: string;
  readonly requests: number;
  /** Windows, where a text is longer than one. */
  readonly texts: number;
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
}

export interface UsageQuery {
  /** @default 30 days ago */
  readonly since?: Date | undefined;
  /** @default today */
  readonly until?: Date | undefined;
}

const DAYS = 30;

/**
 * What was embedded, by day and model: the tenant's own, or in a system context everybody's. What was counted in the
 * last seconds may be missing.
 */
export async function usage(
  provider: RelationalProvider,
  context: TenantContext | SystemContext,
  query: UsageQuery = {},
): Promise<DailyUsage[]> {
  const { since = new Date(Date.now() - DAYS * 86_400_000), until } = checked(query);
  const values = [dayOf(since), until ? dayOf(until) : null];
  const { rows } = await provider.query(context, { ...READ, values }, { access: 'read' });
  return rows as unknown as DailyUsage[];
}

/** In UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function checked(query: UsageQuery): UsageQuery {
  const given = [Object(query).since, Object(query).until].filter((date) => date !== undefined);
  const areDates = given.every((date) => date instanceof Date && !Number.isNaN(date.getTime()));
  if (typeof query === 'object' && query !== null && areDates) return query;
  throw new AquiferError('AQF_ARGUMENT_INVALID', 'since and until of a usage query must be valid dates.');
}
