// Writes sql/schema.sql: the schema that all migrations make, from a fresh embedded database.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../dist/relational/embedded/provider.js';
import { migrate } from '../dist/relational/index.js';
import { dumpSchema } from '../dist/schema/index.js';

const folder = mkdtempSync(join(tmpdir(), 'aquifer-schema-'));
const provider = await openEmbedded({ dataDir: join(folder, 'data') });
try {
  await migrate(provider);
  writeFileSync(new URL('../sql/schema.sql', import.meta.url), await dumpSchema(provider));
} finally {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
}
