import { OWNER, type RelationalProvider, type SystemContext } from '../relational/index.js';

const CONTEXT: SystemContext = { kind: 'system', reason: 'maintenance' };
const AT_ONCE = 10_000;

/**
 * What could not be done, and why: mostly rows that could not be purged since a living row still refers to one of
 * them.
 */
export interface MaintenanceProblem {
  readonly entity: string;
  readonly problem: string;
}

/** What one round of maintenance did. */
export interface MaintenanceReport {
  /** Audit records put under a seal. */
  readonly sealed: number;
  /** Events removed that every subscriber had handled and that neither history nor audit needs. */
  readonly pruned: number;
  /** Soft-deleted rows removed because their retention was over. */
  readonly purged: number;
  /** Documents removed because their collection keeps them no longer. */
  readonly expired: number;
  /** Vector spaces that got an index of their own. */
  readonly indexed: number;
  /** Deleted documents removed because their time in the trash was over. */
  readonly trashed: number;
  /** Files removed from their store because nothing refers to them. */
  readonly files: number;
  readonly problems: readonly MaintenanceProblem[];
}

export async function sealAudit(relational: RelationalProvider): Promise<number> {
  const text = 'select aquifer.seal_audit()::integer as sealed';
  const { rows } = await relational.query<{ sealed: number }>(CONTEXT, { text });
  return rows[0]?.sealed ?? 0;
}

/** Partitions of the ledger for this month and the next three. */
export async function prepareMonths(relational: RelationalProvider): Promise<void> {
  await relational.query(OWNER, { text: 'call aquifer.prepare_months()' });
}

/** Documents that their collections keep no longer. */
export async function removeExpiredDocuments(relational: RelationalProvider): Promise<number> {
  const text = 'select aquifer.remove_expired_documents()::integer as removed';
  const { rows } = await relational.query<{ removed: number }>(CONTEXT, { text });
  return rows[0]?.removed ?? 0;
}

export async function purgeExpired(
  relational: RelationalProvider,
): Promise<Pick<MaintenanceReport, 'purged' | 'problems'>> {
  const text = 'select entity, purged::integer, problem from aquifer.purge_expired($1)';
  type Purge = { entity: string; purged: number; problem: string | null };
  const { rows } = await relational.query<Purge>(CONTEXT, { text, values: [AT_ONCE] });
  return {
    purged: rows.reduce((sum, { purged }) => sum + purged, 0),
    problems: rows.flatMap(({ entity, problem }) => (problem ? [{ entity, problem }] : [])),
  };
}
