import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDataLayer, type DataLayer } from '../../src/layer/index.js';
import { createLog } from '../../src/logging/index.js';
import { OWNER, type RelationalProvider, type Row, type TenantContext } from '../../src/relational/index.js';
import { Server, serverSettings } from '../../src/server/index.js';
import { makeThings } from '../events/things.js';
import { LiveClient } from '../server/support/live-client.js';
import { serviceAvailable } from '../services/services.js';
import { createTestDatabase, openTestPostgres, type TestDatabase } from '../support/postgres.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const SECONDS = Number(process.env.AQUIFER_SOAK_SECONDS || 12);
const WRITERS = 8;
const TENANTS = ['acme', 'rival'];
const ROWS = 40;

interface Served {
  readonly layer: DataLayer;
  readonly server: Server;
  readonly proxy: TcpProxy;
  readonly url: string;
}

interface Heard extends Row {
  readonly id: string;
  readonly rowId: string;
}

/** What one client heard on its way through cuts, and how often it was cut. */
interface Walk {
  readonly heard: Heard[];
  cuts: number;
}

describe.skipIf(!(await serviceAvailable('postgres')))('live events across cuts', () => {
  let database: TestDatabase;
  let provider: RelationalProvider;
  let servers: Served[];
  beforeAll(async () => {
    database = await createTestDatabase();
    servers = [await serve(database.url), await serve(database.url)];
    provider = await openTestPostgres(database);
    await makeThings(provider);
  });
  afterAll(async () => {
    for (const { layer, server, proxy } of servers) {
      await proxy[Symbol.asyncDispose]();
      await server.close();
      await layer.close();
    }
    await provider.close();
    await database.drop();
  });

  test(`are those of the ledger, each once and in order, for clients that are cut for ${SECONDS} s and go on at another server`, async () => {
    const ends = new AbortController();
    setMaxListeners(0, ends.signal);
    const walks = await Promise.all(TENANTS.map((tenant) => walk(servers, tenant, ends.signal)));
    const until = Date.now() + SECONDS * 1000;
    const writers = Array.from({ length: WRITERS }, (_, n) => write(database, n, until));
    await Promise.all([...writers, cutNowAndThen(servers, until)]);
    for (const [index, tenant] of TENANTS.entries()) {
      const { rows } = await provider.query<Heard & { transaction: string }>(OWNER, {
        text: 'select id::text, row_id as "rowId", xid::text as transaction from aquifer.changes where event and tenant_id = $1',
        values: [tenant],
      });
      const { heard, cuts } = walks[index] as Walk;
      await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(rows.length), { timeout: 60_000 });
      console.log(`${tenant}: ${rows.length} events, ${cuts} cuts`);
      expect(cuts).toBeGreaterThan(5);
      expect(rows.length).toBeGreaterThan(200);
      expect(sorted(heard)).toEqual(sorted(rows));
      expectOrderOfRows(heard);
      expectTransactionsWhole(heard, new Map(rows.map(({ id, transaction }) => [id, transaction])));
    }
    ends.abort();
  });
});

async function serve(url: string): Promise<Served> {
  const layer = await createDataLayer(
    { relational: { provider: 'postgres', url } },
    { env: {}, file: false },
  );
  const settings = { ...serverSettings(layer.config.values), rateLimit: undefined, port: 0, drainMs: 0 };
  const server = await Server.create({ layer, log: createLog({ level: 'silent' }), settings });
  const proxy = await TcpProxy.before(Number(new URL(await server.listen()).port));
  return { layer, server, proxy, url: `http://127.0.0.1:${proxy.port}` };
}

/** Follows through one server after the other, each time from the last position it was told. */
async function walk(servers: readonly Served[], tenantId: string, signal: AbortSignal): Promise<Walk> {
  const walked: Walk = { heard: [], cuts: -1 };
  const { key } = await (servers[0] as Served).layer.scope({ tenantId }).apiKeys.create({ name: 'walk' });
  let position: string | undefined;
  const isFollowing = new Promise<void>((resolve) => {
    void (async () => {
      for (let turn = 0; !signal.aborted; turn++) {
        const { url } = servers[turn % servers.length] as Served;
        walked.cuts++;
        const client = await LiveClient.open(url, key).catch(() => undefined);
        if (!client) continue;
        signal.addEventListener('abort', () => client.close(), { once: true });
        client.onMessage = (message) => {
          if (message.position !== undefined) position = message.position;
          if (message.type === 'event') walked.heard.push(message.event);
          if (message.type === 'error') throw new Error(JSON.stringify(message));
          if (message.type === 'subscribed') resolve();
        };
        client.send({ type: 'subscribe', id: 'all', ...(position !== undefined && { position }) });
        await client.end();
      }
    })();
  });
  await isFollowing;
  return walked;
}

/** Transactions of a few statements with pauses between them, so that they overlap and commit in another order than they began. */
async function write(database: TestDatabase, writer: number, until: number): Promise<void> {
  const provider = await openTestPostgres(database);
  const tenantId = TENANTS[writer % TENANTS.length] as string;
  const context: TenantContext = { kind: 'tenant', tenantId, actorId: `writer-${writer}` };
  const text = `
    insert into app.things (id, name) values ($1, $2)
    on conflict (tenant_id, id) do update set name = excluded.name`;
  while (Date.now() < until) {
    const work = async (query: (text: string, values: unknown[]) => Promise<unknown>) => {
      // Always from the lower row to the higher, or writers would end in deadlocks.
      const rows = Array.from({ length: 1 + random(3) }, () => random(ROWS)).sort((a, b) => a - b);
      for (const row of rows) {
        await query(text, [row, `${writer} ${Math.random()}`]);
        await query('select pg_sleep($1)', [Math.random() < 0.05 ? 0.3 : 0.005 * Math.random()]);
      }
      if (Math.random() < 0.1) throw new RolledBack();
    };
    await provider
      .transaction(context, (tx) => work((sql, values) => tx.query(sql, values)))
      .catch(ignoreRollback);
  }
  await provider.close();
}

class RolledBack extends Error {}

function ignoreRollback(error: unknown): void {
  if (!(error instanceof RolledBack)) throw error;
}

async function cutNowAndThen(servers: readonly Served[], until: number): Promise<void> {
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50 + random(500)));
    for (const { proxy } of servers) proxy.cutAll();
  }
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

function sorted(events: readonly Heard[]): string[] {
  return events.map(({ id, rowId }) => `${id.padStart(12)} ${rowId}`).sort();
}

function expectOrderOfRows(heard: readonly Heard[]): void {
  const latest = new Map<string, bigint>();
  for (const { id, rowId } of heard) {
    expect(BigInt(id)).toBeGreaterThan(latest.get(rowId) ?? 0n);
    latest.set(rowId, BigInt(id));
  }
}

/** The changes of a transaction come one after the other, though the connection may have been cut between them. */
function expectTransactionsWhole(heard: readonly Heard[], transactions: ReadonlyMap<string, string>): void {
  const inTurn = heard
    .map(({ id }) => transactions.get(id))
    .filter((one, index, all) => one !== all[index - 1]);
  expect(new Set(inTurn).size).toBe(inTurn.length);
}
