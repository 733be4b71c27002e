import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Installation } from '../../src/operations/index.js';
import { observed, SlowStatements } from '../../src/relational/index.js';
import { describeOnEachDatabase } from '../support/each-database.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';
import { CheckedClient } from './support/checked-client.js';

await describeOnEachDatabase('slow statements', (open) => {
  test('are kept without values, with their plan on request', async () => {
    const { provider, dispose } = await open();
    try {
      const slow = new SlowStatements(0.0001);
      const watched = observed(provider, slow);
      const installation = new Installation(watched, slow);
      const acme = { kind: 'tenant', tenantId: 'acme', request: { requestId: 'r-1' } } as const;
      const text = `select id from aquifer.documents where title = 'hush' and source = $1 limit 7 -- quiet`;
      await watched.query(acme, { text, values: ['secret source'] });
      const [kept] = slow.list();
      expect(kept).toMatchObject({ rows: 0, tenantId: 'acme', requestId: 'r-1' });
      expect(kept?.statement).toBe(
        'select id from aquifer.documents where title = ? and source = $1 limit ?',
      );
      const plan = await installation.plan(kept?.id ?? '', { kind: 'tenant', tenantId: 'bob' });
      expect(plan.join('\n')).toMatch(/Limit .*cost=/);
      expect(plan.join('\n')).not.toContain('hush');

      await watched.transaction(acme, (tx) => tx.query('select pg_notify($1, $2)', ['c', 'p']));
      expect(slow.list()[0]?.statement).toBe('select pg_notify($1, $2)');
      await expect(installation.plan('unknown', acme)).rejects.toMatchObject({ status: 404 });
    } finally {
      await dispose();
    }
  });
});

describe('what a server tells of itself', () => {
  let served: ServedLayer;
  let client: CheckedClient;
  beforeAll(async () => {
    served = await serveLayer({ server: { slowQueryMs: 1 } });
    client = await CheckedClient.open(served.url);
  });
  afterAll(() => served.close());

  test('is for those who may see it, and of requests only their own', async () => {
    const [owner, other] = [await served.key('acme', ['owner']), await served.key('bob', ['owner'])];
    const headers = { 'x-request-id': 'mine-1' };
    await client.ask('GET', '/api/audit', { key: owner, headers });
    const mine = (await client.ask('GET', '/api/operations', { key: owner })).body;
    expect(mine.slowQueries.map(({ requestId }: { requestId: string }) => requestId)).toContain('mine-1');
    const theirs = (await client.ask('GET', '/api/operations', { key: other })).body;
    expect(JSON.stringify(theirs)).not.toMatch(/mine-1|acme/);
    const viewer = await served.key('acme', ['viewer']);
    expect((await client.ask('GET', '/api/operations', { key: viewer })).status).toBe(403);
    const slow = mine.slowQueries.find(({ statement }: { statement: string }) =>
      /aquifer.audit /.test(statement),
    );
    const planned = await client.ask('GET', '/api/operations/slow-queries/{id}/plan', {
      key: other,
      params: { id: slow.id },
    });
    expect(planned.body.plan.join('\n')).toContain('cost=');
  });

  test('counts requests for the tenant that made them', async () => {
    const key = await served.key('counted', ['viewer']);
    for (let at = 0; at < 3; at++) await client.ask('GET', '/api/session', { key });
    const { traffic, cache } = (await client.ask('GET', '/api/overview', { key })).body;
    const requests = traffic.points.map((point: { requests: number }) => point.requests);
    expect(requests.reduce((sum: number, count: number) => sum + count)).toBe(3);
    expect(traffic.points).toHaveLength(60);
    expect(cache).toEqual([]);
  });

  test('is told to Prometheus on this machine, and to nobody through a proxy without a key', async () => {
    const open = await fetch(`${served.url}/metrics`);
    expect(open.headers.get('content-type')).toContain('text/plain');
    const text = await open.text();
    expect(text).toMatch(
      /^aquifer_http_requests_total\{method="GET",route="\/api\/session",status="2xx"\} 3$/m,
    );
    expect(text).toMatch(/^aquifer_http_request_seconds_bucket\{le="0.1",/m);
    expect(text).toContain('aquifer_cache_hits_total');
    const through = (headers: Record<string, string>) => fetch(`${served.url}/metrics`, { headers });
    expect((await through({ 'x-forwarded-for': '9.9.9.9' })).status).toBe(401);
    const viewer = await served.key('acme', ['viewer']);
    expect((await through({ 'x-forwarded-for': '9.9.9.9', authorization: `Bearer ${viewer}` })).status).toBe(
      403,
    );
    const owner = await served.key('acme', ['owner']);
    expect((await through({ 'x-forwarded-for': '9.9.9.9', authorization: `Bearer ${owner}` })).status).toBe(
      200,
    );
  });

  test('is readable without scripts, under its own policy', async () => {
    const page = await fetch(`${served.url}/docs`);
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script|style=|\son\w+=/);
    for (const { path, operation } of client.operations) {
      expect(text).toContain(`<code>${path}</code>`);
      expect(text).toContain(`id="${operation.operationId}"`);
    }
    const style = await fetch(`${served.url}/docs/style.css`);
    expect(style.headers.get('content-type')).toContain('text/css');
  });
});
