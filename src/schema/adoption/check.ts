import { OWNER, type RelationalProvider, rolledBack, type Transaction } from '../../relational/index.js';
import { type AdoptedTable, adoptionStatement, identifier, literal } from './adoption-statement.js';
import { ADOPTED, DRIFT, FORGET_GONE, LOST_COLUMNS, makeCopy, UNADOPTED } from './queries.js';

export interface AdoptionProblem {
  /** Quoted, with its schema. */
  readonly table: string;
  readonly problem: string;
  /** The SQL that mends it. */
  readonly mend: string;
}

interface Drift extends Record<string, unknown> {
  readonly kind: 'adoption' | 'policy';
  readonly name: string | null;
  readonly problem: string;
}

/**
 * Tables that look as if they held tenants' rows and were not adopted, and adopted ones whose policies, triggers,
 * keys or rights are no longer what adoption writes. Takes no lock that a reader or writer would wait for.
 */
export function checkAdoption(provider: RelationalProvider): Promise<AdoptionProblem[]> {
  return rolledBack(provider, OWNER, async (tx) => {
    await tx.query(`select set_config('search_path', 'pg_catalog', true)`);
    const problems = await unadopted(tx);
    const { rows } = await tx.query<AdoptedTable>(ADOPTED);
    await tx.execute(FORGET_GONE);
    for (const adopted of rows) problems.push(...(await problemsOf(tx, adopted)));
    return problems;
  });
}

async function unadopted(tx: Transaction): Promise<AdoptionProblem[]> {
  const { rows } = await tx.query<{ table: string; tenant: string }>(UNADOPTED);
  return rows.map(({ table, tenant }) => ({
    table,
    problem: `has the column ${tenant} and was not adopted: nothing keeps tenants apart`,
    mend: `select aquifer.adopt(${literal(table)}, tenant => ${literal(tenant)});`,
  }));
}

async function problemsOf(tx: Transaction, adopted: AdoptedTable): Promise<AdoptionProblem[]> {
  const { table, entity } = adopted;
  if (!adopted.exists) {
    const mend = `delete from aquifer.entities where entity = ${literal(entity)};`;
    return [{ table: entity, problem: 'was adopted, and its table is gone', mend }];
  }
  const mend = adoptionStatement(adopted);
  const lost = await tx.query<{ name: string }>(LOST_COLUMNS, [adopted.oid]);
  // Policies and triggers cannot be written without them, so there is nothing to compare with.
  if (lost.rows.length > 0) {
    return lost.rows.map(({ name }) => ({ table, problem: `column ${name} is gone`, mend }));
  }
  const drift = await driftOf(tx, adopted);
  return drift.map(({ kind, name, problem }) => ({
    table,
    problem,
    mend: kind === 'policy' ? `drop policy ${identifier(name ?? '')} on ${table};` : mend,
  }));
}

async function driftOf(tx: Transaction, { oid, table }: AdoptedTable): Promise<Drift[]> {
  await tx.execute(makeCopy(table));
  const { rows } = await tx.query<Drift>(DRIFT, [oid]);
  await tx.execute(`
    delete from aquifer.relations where parent = 'pg_temp.aquifer_expected'::regclass;
    delete from aquifer.entities where table_name = 'pg_temp.aquifer_expected'::regclass;
    drop table pg_temp.aquifer_expected`);
  return rows;
}
