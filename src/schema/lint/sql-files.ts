import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AquiferError, messageOf } from '../../errors/index.js';

export interface SqlFile {
  readonly path: string;
  readonly sql: string;
  /** What runs this many statements of the file in one transaction; undefined when nothing does. */
  readonly transaction?: (statements: number) => string | undefined;
}

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10_000;

/**
 * The .sql files of the paths: files as they are named, folders with all below them in the order of their
 * names, as migration tools run them.
 * @throws AQF_FILE_UNREADABLE, AQF_ARGUMENT_INVALID when there is none, too many, or one is too large
 */
export async function readSqlFiles(paths: readonly string[]): Promise<SqlFile[]> {
  const found = (await Promise.all(paths.map(filesOf))).flat();
  if (found.length === 0)
    throw new AquiferError('AQF_ARGUMENT_INVALID', `No .sql file in ${paths.join(', ')}.`);
  if (found.length > MAX_FILES) {
    throw new AquiferError(
      'AQF_ARGUMENT_INVALID',
      `More than ${MAX_FILES} .sql files in ${paths.join(', ')}.`,
    );
  }
  return Promise.all(found.map(readSqlFile));
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => name.endsWith('.sql') && !name.split(/[\\/]/).includes('node_modules'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readSqlFile(path: string): Promise<SqlFile> {
  try {
    if ((await stat(path)).size > MAX_BYTES) {
      throw new AquiferError('AQF_ARGUMENT_INVALID', `${path} is larger than ${MAX_BYTES} bytes.`);
    }
    const sql = await readFile(path, 'utf8');
    return { path, sql, transaction: transactionOf(path, sql) };
  } catch (error) {
    throw error instanceof AquiferError ? error : unreadable(path, error);
  }
}

/** Drizzle runs all pending files in one transaction; Prisma sends a file as one text, which is one. */
function transactionOf(path: string, sql: string): (statements: number) => string | undefined {
  const folder = dirname(path);
  if (sql.includes('--> statement-breakpoint') || existsSync(join(folder, 'meta', '_journal.json'))) {
    return () => "Drizzle's migrator wraps one around all files";
  }
  if (basename(path) === 'migration.sql' && existsSync(join(folder, '..', 'migration_lock.toml'))) {
    return (statements) => (statements > 1 ? 'Prisma sends the statements of a file as one' : undefined);
  }
  return () => undefined;
}

function unreadable(path: string, error: unknown): AquiferError {
  return new AquiferError('AQF_FILE_UNREADABLE', `${path} cannot be read: ${messageOf(error)}`, {
    facts: { path },
    cause: error,
  });
}
