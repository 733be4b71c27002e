import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeSampleRows } from '../../src/cli/commands/demo/sample-rows.js';
import { loadEntities } from '../../src/cli/entities-file.js';
import { type ServedLayer, serveLayer } from '../support/served-layer.js';

const run = promisify(execFile);
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = at('docs/http.md');

/** Commands with curl, each with the output that the page shows. */
const BLOCK = /^```sh\n(curl [\s\S]*?)^```\n```(json|text)\n([\s\S]*?)^```/gm;
const examples = [...readFileSync(PAGE, 'utf8').matchAll(BLOCK)].map(
  ([, command = '', kind, output = '']) => ({
    command,
    kind,
    output,
  }),
);

let served: ServedLayer;
let env: Record<string, string>;
beforeAll(async () => {
  const entities = await loadEntities(at('examples/suppliers/entities.ts'));
  served = await serveLayer({ entities, jobs: { worker: false } });
  const scope = served.layer.scope({ tenantId: 'demo', actorId: 'cli' });
  await scope.documents.ingestFiles([at('examples/handbook')]);
  await storeSampleRows(scope, entities, at('examples/suppliers/rows.ts'));
  env = { PATH: process.env.PATH ?? '', AQUIFER: served.url, KEY: await served.key('demo', ['owner']) };
});
afterAll(() => served.close());

test('the page has examples', () => expect(examples.length).toBeGreaterThanOrEqual(5));

test.each(examples)('$command', async ({ command, kind, output }) => {
  const { stdout } = await run('sh', ['-c', command], { env });
  const shown =
    kind === 'json' ? `${JSON.stringify(JSON.parse(stdout), null, 2)}\n` : stdout.trimEnd().concat('\n');
  if (process.env.UPDATE_DOCS) return replace(output, shown, command);
  if (kind === 'json') expect(shape(JSON.parse(stdout))).toEqual(shape(JSON.parse(output)));
  else expect(shown.trim()).toBe(output.trim());
});

/** Ids and times differ from run to run; names, kinds and what people wrote do not. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return VARIES.test(value) ? 'varies' : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shape(each)]));
}

const VARIES = /^(key:)?[0-9A-Za-z]{12}$|^[0-9a-f]{8}-|^\d{4}-\d\d-\d\dT|^[\w-]{24,}$|\/handbook\//;

function replace(output: string, shown: string, command: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(output, page.indexOf(command) + command.length);
  writeFileSync(PAGE, page.slice(0, from) + shown.replaceAll(at(''), '/') + page.slice(from + output.length));
}
