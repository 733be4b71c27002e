import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serviceAvailable } from '../services/services.js';
import { exampleProject, run } from '../support/example-project.js';
import { createTestDatabase } from '../support/postgres.js';
import { removeTempDir } from '../support/temp-dir.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const PACKAGES = { 'prisma-chat': ['@prisma/client'], 'typeorm-chat': ['typeorm'] } as const;

const hasServer = await serviceAvailable('postgres');
if (!hasServer) console.warn('examples: no PostgreSQL server, they run on the embedded database alone');

describe.each(['prisma-chat', 'typeorm-chat'] as const)('the example %s', (name) => {
  /** What its README says that it prints. */
  const promised = () => {
    const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');
    return /```text\n(.*?)```/s.exec(readme)?.[1];
  };

  test('prints what its README promises, on the embedded database and on a server', async () => {
    const project = await exampleProject(name, PACKAGES[name]);
    const database = hasServer ? await createTestDatabase() : undefined;
    try {
      expect(await run(project, ['dist/main.js'], {})).toBe(promised());
      if (!database) return;
      expect(await run(project, ['dist/main.js'], { DATABASE_URL: database.url })).toBe(promised());
    } finally {
      await database?.drop();
      await removeTempDir(join(project, '..'));
    }
  }, 120_000);
});

test('the generated client is that of its schema', () => {
  for (const [schema, generated] of [
    ['examples/prisma-chat/prisma/schema.prisma', 'examples/prisma-chat/src/generated'],
    ['test/guests/kinds/schema.prisma', 'test/guests/kinds/generated'],
  ] as const) {
    const root = join(EXAMPLES, '..');
    const code = readFileSync(join(root, generated, 'internal/class.ts'), 'utf8');
    const inlined = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(code)?.[1];
    expect(JSON.parse(inlined ?? '""'), schema).toBe(readFileSync(join(root, schema), 'utf8'));
  }
});
