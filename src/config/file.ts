import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, extname, join, resolve } from 'node:path';
import { AquiferError, messageOf } from '../errors/index.js';
import { maskText } from './mask.js';

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.json'] as const;
export const CONFIG_FILE_NAMES: readonly string[] = EXTENSIONS.map(
  (extension) => `aquifer.config${extension}`,
);

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** Further configuration files in the same folder, which are not read. */
  readonly passedOver: readonly string[];
}

/** The configuration file of a folder, in the order of `CONFIG_FILE_NAMES`. Parent folders are not searched. */
export function findConfigFile(cwd: string): FoundFile | undefined {
  const [first, ...passedOver] = CONFIG_FILE_NAMES.filter((name) => existsSync(join(cwd, name)));
  return first === undefined ? undefined : { path: resolve(cwd, first), passedOver };
}

/**
 * What a configuration file exports.
 * @throws AQF_CONFIG_INVALID naming the file and, where known, the line
 */
export async function loadConfigFile(path: string): Promise<unknown> {
  if (!existsSync(path)) throw invalid(path, 'there is no such file');
  const extension = extname(path);
  if (!EXTENSIONS.some((known) => known === extension)) {
    throw invalid(path, `its name ends in "${extension}"; allowed: ${EXTENSIONS.join(', ')}`);
  }
  return extension === '.json' ? loadJson(path) : loadModule(path);
}

async function loadJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw invalid(path, messageOf(error));
  });
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    // The parser's own message quotes the text around the error, which may be a password.
    throw invalid(path, 'it is not valid JSON');
  }
}

/** Node 20 cannot import TypeScript, so jiti translates; it is loaded only when there is a file to read. */
async function loadModule(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    alias: { aquifer: ownEntry() },
  });
  const module = await jiti.import<{ readonly default?: unknown }>(path).catch((error: unknown) => {
    throw invalid(path, describeFailure(path, error));
  });
  if (module.default === undefined)
    throw invalid(path, 'it has no default export; write `export default defineConfig({ … })`');
  return module.default;
}

/** So that a file can import `aquifer` where it is not installed beside it, as with `npx aquifer`. */
function ownEntry(): string {
  return createRequire(import.meta.url).resolve('aquifer');
}

/** The first line of the message and the place in the file; the rest may quote the file. */
function describeFailure(path: string, error: unknown): string {
  const [message = ''] = messageOf(error).split('\n');
  const place = `${messageOf(error)}\n${error instanceof Error ? error.stack : ''}`.split(`${path}:`)[1];
  const line = /^\d+/.exec(place ?? '')?.[0];
  return `${line === undefined ? '' : `line ${line}: `}${maskText(message.trim())}`;
}

function invalid(path: string, reason: string): AquiferError {
  return new AquiferError('AQF_CONFIG_INVALID', `The configuration file ${path} cannot be read: ${reason}.`, {
    facts: { file: basename(path) },
  });
}
