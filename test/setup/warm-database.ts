import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Types of Node tell what modules are, and not how they are compiled. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };
};

let warm: Promise<WebAssembly.Module> | undefined;

/**
 * Every opener of an embedded database compiles PostgreSQL, for most of a second. V8 gives code out again while another in the
 * process holds the same: this holds it for as long as the worker lives.
 */
export async function warmDatabase(): Promise<void> {
  warm ??= compiled();
  await warm;
}

async function compiled(): Promise<WebAssembly.Module> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return webAssembly.compile(await readFile(join(dirname(entry), 'pglite.wasm')));
}
