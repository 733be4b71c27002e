import type { Command } from 'commander';
import { isAquiferError } from '../../../errors/index.js';
import { migrate, type RehearsedMigration, rehearse } from '../../../relational/index.js';
import { loadSqlParser, type SqlParser } from '../../../schema/index.js';
import { type CommonOptions, withDataDir } from '../../options.js';
import { formatBytes } from '../../output/bytes.js';
import { formatDuration } from '../../output/duration.js';
import { formatTable } from '../../output/table.js';
import { withDatabase } from '../../session.js';

interface UpOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

const UP_TO_DATE = 'The schema is up to date.';
const LONGEST_LINE = 100;

export function registerUp(migrate: Command): void {
  withDataDir(migrate.command('up', { isDefault: true }))
    .description('apply what is missing, all of it or nothing')
    .option('--dry-run', 'apply it in a transaction that is rolled back, and show it')
    .action((options: UpOptions) => (options.dryRun ? showRehearsal(options) : applyMissing(options)));
}

async function applyMissing(options: UpOptions): Promise<void> {
  const applied = (await withDatabase(options, (provider) => migrate(provider))).map(
    ({ version, name, checksum }) => ({ version, name, checksum }),
  );
  if (options.json) console.log(JSON.stringify({ applied }));
  else if (applied.length === 0) console.log(UP_TO_DATE);
  else {
    const rows = applied.map(({ version, name }) => [String(version), name]);
    console.log(`${formatTable(['applied', 'name'], rows)}\n\n${UP_TO_DATE}`);
  }
}

async function showRehearsal(options: UpOptions): Promise<void> {
  const rehearsed = await withDatabase(options, (provider) => rehearse(provider));
  const parser = await parserIfInstalled();
  const shown = rehearsed.map((migration) => describe(migration, parser));
  console.log(options.json ? JSON.stringify({ pending: shown }) : formatRehearsal(shown));
}

interface ShownMigration {
  readonly version: number;
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds. */
  readonly took: number;
  /** The first line of each; undefined without the parser. */
  readonly statements?: readonly string[];
}

function describe(
  { version, name, sql, took }: RehearsedMigration,
  parser: SqlParser | undefined,
): ShownMigration {
  const parsed = parser?.parse(sql);
  const lines = sql.split('\n');
  const statements =
    parsed && 'statements' in parsed
      ? parsed.statements.map(({ line }) => (lines[line - 1] ?? '').trim().slice(0, LONGEST_LINE))
      : undefined;
  return {
    version,
    name,
    bytes: Buffer.byteLength(sql),
    took: Math.round(took),
    ...(statements && { statements }),
  };
}

async function parserIfInstalled(): Promise<SqlParser | undefined> {
  try {
    return await loadSqlParser();
  } catch (error) {
    if (isAquiferError(error, 'AQF_PEER_MISSING')) return undefined;
    throw error;
  }
}

function formatRehearsal(migrations: readonly ShownMigration[]): string {
  if (migrations.length === 0) return UP_TO_DATE;
  const rows = migrations.map(({ version, name, bytes, took, statements }) => [
    String(version),
    name,
    formatBytes(bytes),
    statements ? String(statements.length) : '?',
    formatDuration(took),
  ]);
  const table = formatTable(['would apply', 'name', 'size', 'statements', 'took'], rows);
  const lists = migrations.map(({ version, name, statements }) =>
    statements
      ? [`${version} ${name}`, ...statements.map((line) => `  ${line}`)].join('\n')
      : `${version} ${name}: npm install libpg-query@18 to see its statements`,
  );
  return [table, ...lists, 'All of it worked, and was rolled back.'].join('\n\n');
}
