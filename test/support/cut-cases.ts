import { openCluster, type RelationalCluster } from '../../src/relational/cluster/provider.js';
import { OWNER } from '../../src/relational/index.js';
import { outcomeOf } from './acknowledged-writes.js';
import { type CutPoint, CutWalk } from './cut-walk.js';
import type { CuttingProxy } from './cutting-proxy.js';
import type { PrivateNode } from './private-node.js';

const INSERT = { name: 'insert_write', text: 'insert into writes (key, part) values ($1, $2)' };

export interface CutCase {
  readonly name: string;
  readonly rows: number;
  write(provider: RelationalCluster, key: string): Promise<unknown>;
}

const threeStatements = (provider: RelationalCluster, key: string, retries: number) =>
  provider.transaction(
    OWNER,
    async (tx) => {
      for (const part of [0, 1, 2]) await tx.query({ ...INSERT, values: [key, part] });
    },
    { retries },
  );

export const SINGLE_STATEMENT: CutCase = {
  name: 'a single statement',
  rows: 1,
  write: (provider, key) => provider.query(OWNER, { ...INSERT, values: [key, 0] }),
};

export const TRANSACTION: CutCase = {
  name: 'a transaction of three statements',
  rows: 3,
  write: (provider, key) => threeStatements(provider, key, 0),
};

export const REPEATED_TRANSACTION: CutCase = {
  name: 'a transaction that may be repeated',
  rows: 3,
  write: (provider, key) => threeStatements(provider, key, 1),
};

export interface CutResult {
  readonly point: CutPoint;
  readonly outcome: Awaited<ReturnType<typeof outcomeOf>>;
  readonly rows: number;
}

/** Cuts the connection at every point that `choose` leaves, and says what came of it. */
export async function walkCuts(
  proxy: CuttingProxy,
  node: PrivateNode,
  { name, write }: CutCase,
  choose: (points: CutPoint[]) => CutPoint[] = (points) => points,
): Promise<CutResult[]> {
  const pool = { min: 0, max: 1, idleTimeoutMs: 30_000, acquireTimeoutMs: 10_000 };
  const provider = await openCluster({ urls: [node.url('postgres', proxy.port)], pool });
  const walk = new CutWalk(proxy);
  const results: CutResult[] = [];
  try {
    await write(provider, `${name}: warm`);
    const points = choose(await walk.points(() => write(provider, `${name}: counted`)));
    for (const point of points) {
      const key = `${name}: ${point.where} ${point.side} ${point.index}`;
      // What was cut before it left a new connection, on which the statements are not prepared yet.
      await write(provider, `${key}: warm`);
      let outcome: CutResult['outcome'] | undefined;
      const isCut = await walk.cutAt(point, async () => {
        outcome = await outcomeOf(() => write(provider, key));
      });
      if (!isCut || !outcome) throw new Error(`the connection was not cut: ${key}`);
      const [row] = await node.sql<{ n: number }>('select count(*)::int as n from writes where key = $1', [
        key,
      ]);
      results.push({ point, outcome, rows: row?.n ?? -1 });
    }
  } finally {
    await provider.close();
  }
  return results;
}
