import type { FastifyInstance } from 'fastify';
import { createLog } from '../src/logging/index.js';
import { Server, serverSettings } from '../src/server/index.js';
import type { Benchmark, BenchmarkContext } from './harness/benchmark.js';
import { withTempFolder } from './harness/folders.js';
import { type Measurement, measured, relative } from './harness/measurement.js';
import { openProduct, type Providers } from './harness/product.js';
import { median } from './harness/statistics.js';
import { bareApp } from './http/bare.js';
import { documentTexts } from './http/documents.js';
import { type LoadResult, type LoadTarget, load } from './http/load.js';
import { RecordedStatements } from './http/recorded.js';
import { serverUrl, withDatabase } from './relational/server.js';

const DOCUMENTS = 300;
const QUESTION = 'travel approval abroad';
const TENANT = 'bench';

interface Compared {
  readonly name: string;
  readonly ours: LoadTarget;
  readonly bare: LoadTarget;
}

/** What the server costs beside a bare route that asks the same provider the same statements. */
export const httpBenchmark: Benchmark = {
  name: 'http',
  about: 'POST /api/search and GET /api/documents/{id} beside bare Fastify routes with the same SQL',
  options: {
    'http-seconds': 'seconds of each load (default: 5)',
    'http-rounds': 'rounds (default: 5)',
    'http-database': 'postgres or embedded (default: postgres)',
  },
  run: (context) => withTempFolder((folder) => onDatabase(folder, context)),
};

function onDatabase(folder: string, context: BenchmarkContext): Promise<Measurement[]> {
  const database = context.option('http-database') ?? 'postgres';
  if (database === 'embedded') return measureHttp(folder, context);
  if (database !== 'postgres')
    throw new Error(`--http-database must be postgres or embedded, not "${database}".`);
  return withDatabase(serverUrl(context.option('postgres')), (url) => measureHttp(folder, context, url));
}

async function measureHttp(folder: string, context: BenchmarkContext, url?: string): Promise<Measurement[]> {
  const recorded = new RecordedStatements();
  const around = (providers: Providers) => ({
    ...providers,
    relational: recorded.around(providers.relational),
  });
  const { layer, relational } = await openProduct(folder, around, url);
  const scope = layer.scope({ tenantId: TENANT });
  context.progress(`storing ${DOCUMENTS} documents`);
  const ids: string[] = [];
  for (const document of documentTexts(DOCUMENTS))
    ids.push((await scope.documents.ingest(document)).documentId);
  const { key } = await scope.apiKeys.create({ name: 'bench', roles: ['viewer'] });
  const settings = { ...serverSettings(layer.config.values), port: 0, rateLimit: undefined };
  const log = createLog({ destination: { write: () => undefined } });
  const server = await Server.create({ layer, log, settings });
  const served = await server.listen();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const search: LoadTarget = {
    url: `${served}/api/search`,
    method: 'POST',
    headers,
    body: JSON.stringify({ question: QUESTION, mode: 'lexical' }),
  };
  const get: LoadTarget = { url: `${served}/api/documents/${ids[0]}`, method: 'GET', headers };
  const apps: FastifyInstance[] = [];
  const compare = async (name: string, ours: LoadTarget): Promise<Compared> => {
    const app = bareApp(relational, await recorded.of(() => once(ours)));
    apps.push(app);
    return { name, ours, bare: { ...ours, url: await app.listen({ port: 0, host: '127.0.0.1' }) } };
  };
  try {
    const measurements: Measurement[] = [];
    for (const compared of [await compare('search', search), await compare('get', get)])
      measurements.push(...(await measureOne(compared, context)));
    return measurements;
  } finally {
    await Promise.all(apps.map((app) => app.close()));
    await server.close();
    await layer.close();
  }
}

/** By turns, so that what else the machine does meets both. */
async function measureOne({ name, ours, bare }: Compared, context: BenchmarkContext): Promise<Measurement[]> {
  const seconds = Number(context.option('http-seconds') ?? 5);
  const rounds = Number(context.option('http-rounds') ?? 5);
  const results: { readonly ours: LoadResult; readonly bare: LoadResult }[] = [];
  for (let round = 0; round < rounds; round++) {
    context.progress(`${name}, round ${round + 1} of ${rounds}`);
    results.push({ ours: await load(ours, seconds), bare: await load(bare, seconds) });
  }
  const rate = (of: 'ours' | 'bare') => median(results.map((result) => result[of].perSecond));
  const p95 = (of: 'ours' | 'bare') => median(results.map((result) => result[of].p95Ms));
  const reference = 'a bare Fastify route with the same SQL by the same provider';
  const ratio = median(results.map((result) => result.ours.perSecond / result.bare.perSecond));
  return [
    relative(`http_${name}_vs_bare`, ratio, 'ratio', reference),
    measured(`http_${name}_per_s`, rate('ours'), 'requests/s', { name: reference, value: rate('bare') }),
    measured(`http_${name}_p95_ms`, p95('ours'), 'ms', { name: reference, value: p95('bare') }),
  ];
}

/** One request that is warm: its statements are those of each that follows. */
async function once({ url, method, headers, body }: LoadTarget): Promise<void> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  if (!response.ok)
    throw new Error(`${method} ${url} was answered with ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
