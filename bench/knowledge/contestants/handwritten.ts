import pg from 'pg';
import { DIMENSIONS, type Knowledge, type KnownPassage, vectorAt } from '../data.js';
import { tenantsOf } from '../groups.js';
import { copyInto } from './binary-copy.js';
import { type Contestant, type Effort, GRAPH, type OpenContestant, type Where } from './contestant.js';

/** From so many rows a tenant has an index of its own; fewer are read all. */
const INDEX_FROM = 5000;
/** The number of the tenant that has all passages; the others follow. */
const EVERYTHING = 0;

/**
 * The search as someone would write it who knows pgvector: narrow rows of halfvec, a partial HNSW index for each tenant that
 * is large, prepared statements, settings of the transaction, and everything of a search in one round trip.
 */
export const openHandwritten: OpenContestant = async ({
  url,
  knowledge,
  connections,
}): Promise<Contestant> => {
  const owner = new pg.Pool({ connectionString: url, max: 1 });
  const clients = await Promise.all(
    Array.from({ length: connections }, () => connect({ connectionString: url, pipeline: true })),
  );
  const idle = [...clients];
  const numbers = new Map(tenantsOf(knowledge).map((tenant, place) => [tenant, place + 1]));
  return {
    async prepare() {
      await owner.query(TABLES);
    },
    load: () => copyRows(url, knowledge, () => EVERYTHING),
    async index() {
      await owner.query(indexOf(EVERYTHING));
    },
    async readyTenants() {
      await copyRows(url, knowledge, ({ tenant }) => numbers.get(tenant) ?? -1);
      const { rows } = await owner.query<{ tenant_id: number }>(
        `select tenant_id from vectors where tenant_id > 0 group by tenant_id having count(*) >= ${INDEX_FROM}`,
      );
      for (const { tenant_id } of rows) await owner.query(indexOf(tenant_id));
    },
    async search(vector, where, effort) {
      const client = idle.pop();
      if (!client) throw new Error('More callers than connections.');
      try {
        return await nearest(client, numberOf(where, numbers), vector, effort);
      } finally {
        idle.push(client);
      }
    },
    async close() {
      for (const client of clients) await client.end();
      await owner.end();
    },
  };
};

const TABLES = `
  create extension if not exists vector;
  create table passages (
    tenant_id integer, id integer, document text, content text, metadata jsonb, primary key (tenant_id, id)
  );
  create table vectors (
    tenant_id integer, id integer, embedding halfvec(${DIMENSIONS}) not null, primary key (tenant_id, id)
  )`;

function indexOf(tenant: number): string {
  return `create index on vectors using hnsw (embedding halfvec_cosine_ops)
    with (m = ${GRAPH.m}, ef_construction = ${GRAPH.efConstruction}) where tenant_id = ${tenant}`;
}

async function connect(config: pg.ClientConfig & { pipeline: boolean }): Promise<pg.Client> {
  const client = new pg.Client(config);
  await client.connect();
  return client;
}

function numberOf({ tenant }: Where, numbers: ReadonlyMap<string, number>): number {
  return tenant === undefined ? EVERYTHING : (numbers.get(tenant) ?? -1);
}

/** One round trip: the three are sent before the first is answered. */
async function nearest(client: pg.Client, tenant: number, vector: Float32Array, { ef, iterative }: Effort) {
  const scan = iterative === 'exact' ? 'off' : iterative;
  const [, { rows }] = await Promise.all([
    client.query(`begin; set local hnsw.ef_search = ${ef}; set local hnsw.iterative_scan = ${scan}`),
    client.query<{ id: number }>({
      name: `${iterative === 'exact' ? 'exact' : 'nearest'} ${tenant}`,
      // The tenant is written into the statement: only so the partial index is considered.
      text: `select p.id, p.document, p.content, p.metadata, n.distance
        from (
          select id, embedding <=> $1 as distance from vectors where tenant_id = ${tenant}
          order by ${iterative === 'exact' ? NO_INDEX : 'embedding <=> $1'} limit 10
        ) n join passages p on p.tenant_id = ${tenant} and p.id = n.id order by n.distance`,
      values: [`[${vector.join(',')}]`],
    }),
    client.query('commit'),
  ]);
  return rows.map(({ id }) => id);
}

/** The same order, which no index has. */
const NO_INDEX = '(embedding <=> $1) + 0';

async function copyRows(
  url: string,
  { passages, vectors }: Knowledge,
  tenantOf: (passage: KnownPassage) => number,
): Promise<void> {
  await copyInto(url, 'passages', passages, (copy, passage, index) => {
    const { document, text, ...metadata } = passage;
    copy.row(5).integer(tenantOf(passage)).integer(index).text(document).text(text).json(metadata);
  });
  await copyInto(url, 'vectors', passages, (copy, passage, index) => {
    copy.row(3).integer(tenantOf(passage)).integer(index).halfvec(vectorAt(vectors, index));
  });
}
