import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

/** One file of a folder of numbered SQL. */
export interface NumberedFile {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const FOLDER = new URL('../../../sql/migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** The migrations that ship with Aquifer, in order. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const files = await readNumberedFiles(folder);
  return files.map((file) => ({ ...file, checksum: createHash('sha256').update(file.sql).digest('hex') }));
}

/** The files named NNNN_name.sql of a folder, in order. */
export async function readNumberedFiles(folder: URL): Promise<NumberedFile[]> {
  const names = (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
  return Promise.all(names.map((file) => readNumberedFile(folder, file)));
}

async function readNumberedFile(folder: URL, file: string): Promise<NumberedFile> {
  const [, version, name] = FILE_NAME.exec(file) ?? [];
  return { version: Number(version), name: name ?? file, sql: await readFile(new URL(file, folder), 'utf8') };
}

/** How messages name a migration: `7 (adoption)`. */
export function titleOf({ version, name }: Pick<Migration, 'version' | 'name'>): string {
  return `${version} (${name})`;
}
