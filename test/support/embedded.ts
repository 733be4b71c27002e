import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../src/relational/embedded/provider.js';
import { migrate, type RelationalProvider, readMigrations } from '../../src/relational/index.js';

/** Outlives the run, as temporary files do not. */
const TEMPLATES = fileURLToPath(new URL('../../node_modules/.cache/aquifer/', import.meta.url));

/**
 * A data folder with a migrated, empty database. It is made once for each state of the migrations and
 * copied from then on: making one takes seconds, copying it a fraction of one.
 */
export async function migratedDataDir(target: string): Promise<string> {
  const template = await templateDir();
  mkdirSync(target, { recursive: true });
  cpSync(join(template, 'postgres'), join(target, 'postgres'), { recursive: true });
  return target;
}

/** An embedded provider on a fresh, migrated database. */
export async function openMigrated(target: string): Promise<RelationalProvider> {
  return openEmbedded({ dataDir: await migratedDataDir(target) });
}

async function templateDir(): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum).join();
  const key = createHash('sha256').update(checksums).digest('hex').slice(0, 16);
  const template = join(TEMPLATES, `migrated-${key}`);
  if (!existsSync(template)) await buildTemplate(template);
  return template;
}

/** Built aside and renamed: test files run in parallel and may all find it missing. */
async function buildTemplate(template: string): Promise<void> {
  mkdirSync(TEMPLATES, { recursive: true });
  const aside = mkdtempSync(`${template}-`);
  const provider = await openEmbedded({ dataDir: aside });
  await migrate(provider);
  await provider.close();
  try {
    renameSync(aside, template);
  } catch {
    rmSync(aside, { recursive: true, force: true });
  }
}
