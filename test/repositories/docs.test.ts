import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { migratedDataDir } from '../support/embedded.js';
import { tempDir } from '../support/temp-dir.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const PAGE = readFileSync(join(ROOT, 'docs/repositories.md'), 'utf8');

function blocks(language: string): string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

/** All of the page as one program of a stranger: the declarations, then each piece in a scope of its own. */
function program(): string {
  const [declarations = ''] = blocks('ts');
  const pieces = blocks('typescript').map((piece) => `  {\n${piece}\n  }`);
  return `import { count } from 'aquifer/entities';
import type { Session } from 'aquifer/repositories';
${declarations}
export async function page(session: Session): Promise<void> {
${pieces.join('\n')}
}
`;
}

/** Opens the embedded database as the layer does, and runs the page on it. */
const MAIN = `
import { openEmbedded } from '${ROOT}dist/relational/embedded/provider.js';
import { Encryption, localKeyFile } from '${ROOT}dist/encryption/index.js';
import { ensureEntities } from 'aquifer/entities';
import { Session } from 'aquifer/repositories';
import { conversations, messages, page, users } from './page.js';
const [dataDir, path] = process.argv.slice(2);
const provider = await openEmbedded({ dataDir });
await ensureEntities(provider, [users, conversations, messages]);
const ciphers = new Encryption({ provider: await localKeyFile({ path, missing: 'create' }) });
await page(new Session(provider, { kind: 'tenant', tenantId: 'acme' }, { ciphers }));
await provider.close();
`;

test('the page on repositories compiles as it stands, and runs from its first piece to its last', async () => {
  const project = tempDir();
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(project, 'node_modules/aquifer'), 'dir');
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'), 'dir');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['page.ts'] }));
  writeFileSync(join(project, 'page.ts'), program());
  writeFileSync(join(project, 'main.js'), MAIN);
  execFileSync(process.execPath, [TSC, '-p', project], { encoding: 'utf8' });
  const dataDir = await migratedDataDir(join(project, 'data'));
  const output = execFileSync(process.execPath, ['main.js', dataDir, join(project, 'master.key')], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(output.split('\n')[0]).toBe('Plans for May');
  expect(output).toContain('Notes Ann []');
});
